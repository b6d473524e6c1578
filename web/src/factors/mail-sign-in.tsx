import { Text } from '@mantine/core'
import { useState } from 'react'
import { ask, attempt, client } from '../api/api.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import type { SecondFactorChallenge } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import { blameCode } from './code-fault.ts'
import { CodeField } from './code-field.tsx'
import { factorTexts } from './factor-texts.ts'
import { SecondFactorForm } from './second-factor-form.tsx'

type Props = { done(): void; close(): void }

/** Signs in with a code by email. It is beside the password form, so it has a dialog of its own. */
export function MailSignIn({ done, close }: Props) {
  const texts = useTexts(factorTexts).byMail
  const [begun, setBegun] = useState<{ challenge_token: string; email: string }>()
  const [challenge, setChallenge] = useState<SecondFactorChallenge>()
  return (
    <Dialog title={texts.start} close={close} size="sm">
      {challenge ? (
        <SecondFactorForm challenge={challenge} done={done} restart={close} />
      ) : begun ? (
        <CodeForm begun={begun} done={(needed) => (needed === undefined ? done() : setChallenge(needed))} />
      ) : (
        <AddressForm done={setBegun} />
      )}
    </Dialog>
  )
}

function AddressForm({ done }: { done(begun: { challenge_token: string; email: string }): void }) {
  const texts = useTexts(factorTexts).byMail
  const words = useFaultWords()
  const [email, setEmail] = useState('')
  const submission = useSubmission({
    check: () => missing({ email }),
    send: () => ask('POST /login/mail/begin', { body: { email: email.trim() } }),
    done: ({ challenge_token }) => done({ challenge_token, email: email.trim() }),
  })
  return (
    <Form submission={submission} action={texts.send} fullWidth>
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
  )
}

type CodeProps = {
  begun: { challenge_token: string; email: string }
  done(needed: SecondFactorChallenge | undefined): void
}

function CodeForm({ begun: { challenge_token, email }, done }: CodeProps) {
  const { byMail, signIn } = useTexts(factorTexts)
  const [code, setCode] = useState('')
  const submission = useSubmission({
    check: () => missing({ code }),
    send: () => attempt(() => client.loginBy('POST /login/mail', { body: { challenge_token, code } })).catch(blameCode),
    done: (outcome) => done(outcome.status === 'second_factor_required' ? outcome.challenge : undefined),
  })
  return (
    <Form submission={submission} action={signIn.action} fullWidth>
      <Text>{byMail.sent(email)}</Text>
      <CodeField label={signIn.code} value={code} change={setCode} submission={submission} />
    </Form>
  )
}
