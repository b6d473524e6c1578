import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { Said } from '../look/notice.tsx'
import { Tag } from '../look/tag.tsx'
import { useMe } from '../session/session-gate.tsx'
import { whenRecent } from '../session/step-up.ts'
import { useTexts } from '../texts/texts.tsx'
import { Section } from './section.tsx'
import { securityTexts } from './security-texts.ts'

/** The address of the account, and how to change it: with a link that is mailed to the new one. */
export function EmailSection() {
  const texts = useTexts(securityTexts).email
  const me = useMe()
  // Not in the address, because any other change of the address would close the form and lose the typed text.
  const [isChanging, setIsChanging] = useState(false)
  const [sentTo, setSentTo] = useState<string>()
  return (
    <Section title={texts.title}>
      {me.email === '' ? (
        <Text c="dimmed">{texts.none}</Text>
      ) : (
        <Group gap="sm">
          <Text>{me.email}</Text>
          <Tag kind={me.email_verified ? 'good' : 'warning'}>
            {me.email_verified ? texts.confirmed : texts.unconfirmed}
          </Tag>
        </Group>
      )}
      <Group mt={sentTo !== undefined && !isChanging ? 'md' : 0}>
        <Said>{sentTo !== undefined && !isChanging && texts.sent(sentTo)}</Said>
      </Group>
      {isChanging ? (
        <ChangeEmail
          done={(email) => {
            setSentTo(email)
            setIsChanging(false)
          }}
          cancel={() => setIsChanging(false)}
        />
      ) : (
        <Button variant="default" mt="lg" onClick={() => setIsChanging(true)}>
          {me.email === '' ? texts.add : texts.change}
        </Button>
      )}
    </Section>
  )
}

function ChangeEmail({ done, cancel }: { done(email: string): void; cancel(): void }) {
  const texts = useTexts(securityTexts).email
  const shared = useTexts(dialogTexts)
  const words = useFaultWords()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submission = useSubmission({
    check: () => missing({ email, password }),
    send: () => whenRecent(() => ask('POST /me/email', { body: { email: email.trim(), password } })),
    done: () => done(email.trim()),
  })
  return (
    <Group mt="lg" display="block">
      <Form
        submission={submission}
        action={texts.send}
        beside={
          <Button variant="subtle" color="gray" onClick={cancel}>
            {shared.cancel}
          </Button>
        }
      >
        <TextField
          name="email"
          type="email"
          label={texts.fresh}
          value={email}
          onChange={(text) => {
            setEmail(text)
            submission.changed('email')
          }}
          autoComplete="email"
          autoFocus
          error={words(submission.faultsOf('email'))}
        />
        <PasswordField
          label={texts.password}
          value={password}
          onChange={(text) => {
            setPassword(text)
            submission.changed('password')
          }}
          autoComplete="current-password"
          error={words(submission.faultsOf('password'))}
        />
      </Form>
    </Group>
  )
}
