import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { AuthenticatorSecret } from '../factors/authenticator-secret.tsx'
import { CodeField } from '../factors/code-field.tsx'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import type { FactorType } from '../factors/held-factors.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { useTexts } from '../texts/texts.tsx'

type Props = {
  factor: FactorType
  begun: { secret?: string; uri?: string; sent_to?: string }
  done(recoveryCodes: readonly string[] | undefined): Promise<void>
  cancel(): void
}

/** Completes the enrolment of an authenticator app or of codes by email, with the first right code. */
export function ConfirmFactor({ factor, begun, done, cancel }: Props) {
  const texts = useTexts(enrolmentTexts)
  const shared = useTexts(dialogTexts)
  const [code, setCode] = useState('')
  const { secret, uri, sent_to } = begun
  const submission = useSubmission({
    check: () => missing({ code }),
    send: () => ask('POST /me/factors/confirm', { body: { factor, code } }),
    done: ({ recovery_codes }) => done(recovery_codes),
  })
  return (
    <Form
      submission={submission}
      action={texts.confirm}
      beside={
        <Button variant="subtle" color="gray" onClick={cancel}>
          {shared.cancel}
        </Button>
      }
    >
      {secret !== undefined && uri !== undefined && <AuthenticatorSecret secret={secret} uri={uri} />}
      {sent_to !== undefined && <Text>{texts.mailSent(sent_to)}</Text>}
      <CodeField label={texts.code} value={code} change={setCode} submission={submission} />
    </Form>
  )
}
