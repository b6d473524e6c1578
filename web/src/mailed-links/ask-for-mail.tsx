import { Anchor, Stack, Text } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { SendAgain } from '../forms/send-again.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { TextLink } from '../look/links.tsx'
import { useTexts } from '../texts/texts.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

type Props = {
  route: 'POST /password-reset' | 'POST /email-verification'
  title: string
  lead: string
  action: string
  /** Shown after the request. It does not reveal whether anybody has the address. */
  sentLead(email: string): ReactNode
}

/** Asks for an address and has an email sent to it. */
export function AskForMail({ route, title, lead, action, sentLead }: Props) {
  const texts = useTexts(mailedLinkTexts)
  const words = useFaultWords()
  const { identifier = '' } = useLocation().state
  const [email, setEmail] = useState(identifier.includes('@') ? identifier : '')
  const [isSent, setIsSent] = useState(false)
  const send = () => ask(route, { body: { email: email.trim() } })
  const submission = useSubmission({
    check: () => missing({ email }),
    send,
    done: () => setIsSent(true),
  })
  const toSignIn = (
    <TextLink to="/sign-in/" state={{ identifier: email.trim() || identifier }} inherit>
      {texts.toSignIn}
    </TextLink>
  )
  if (isSent) {
    return (
      <SignInLayout title={texts.forgotten.sentTitle} lead={sentLead(email.trim())} below={toSignIn}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {texts.forgotten.sentHint}
          </Text>
          <SendAgain
            send={send}
            action={texts.again}
            sent={texts.sentAgain}
            after={
              <Anchor component="button" type="button" size="sm" ta="center" onClick={() => setIsSent(false)}>
                {texts.forgotten.another}
              </Anchor>
            }
          />
        </Stack>
      </SignInLayout>
    )
  }
  return (
    <SignInLayout title={title} lead={lead} below={toSignIn}>
      <Form submission={submission} action={action} fullWidth>
        <TextField
          name="email"
          type="email"
          label={texts.email}
          value={email}
          onChange={(text) => {
            setEmail(text)
            submission.changed('email')
          }}
          autoComplete="email"
          autoFocus
          error={words(submission.faultsOf('email'))}
        />
      </Form>
    </SignInLayout>
  )
}
