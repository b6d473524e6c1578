import { Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useCodeFault } from './code-fault.ts'
import { enrolmentTexts } from './enrolment-texts.ts'
import { factorTexts } from './factor-texts.ts'
import { usePasskey as provePasskey } from './passkey.ts'

type FactorType = 'totp' | 'passkey' | 'mailed_code' | 'recovery_code'

/** Asks somebody to prove who they are, and goes on. @param held the factors of the account; none: the password */
export function StepUpDialog({ held, done, close }: { held: readonly FactorType[]; done(): void; close(): void }) {
  const texts = useTexts(enrolmentTexts).stepUp
  const kinds = useTexts(factorTexts).kinds
  const words = useCodeFault()
  const order: FactorType[] = ['passkey', 'totp', 'mailed_code', 'recovery_code']
  const factor = order.find((one) => held.includes(one) && one !== 'recovery_code')
  const [proof, setProof] = useState('')
  const field = factor === undefined ? 'password' : 'code'
  const submission = useSubmission({
    check: () => (factor === 'passkey' ? [] : missing({ [field]: proof })),
    async send() {
      if (factor === undefined) return ask('POST /me/step-up', { body: { password: proof } })
      if (factor === 'totp') return ask('POST /me/step-up', { body: { factor, code: proof } })
      const begun = await ask('POST /me/step-up/begin', { body: { factor } })
      const { challenge_token, options = {} } = begun
      const credential = (await provePasskey(options)) as never
      return ask('POST /me/step-up', { body: { factor, challenge_token, credential } })
    },
    done,
  })
  return (
    <Dialog title={texts.title} close={close} size="sm">
      <Stack gap="lg">
        <Text c="dimmed">{texts.lead}</Text>
        <Form submission={submission} action={texts.action} fullWidth>
          {factor === undefined && (
            <PasswordField
              label={texts.password}
              value={proof}
              onChange={(text) => {
                setProof(text)
                submission.changed('password')
              }}
              autoComplete="current-password"
              error={words(submission.faultsOf('password'))}
            />
          )}
          {factor === 'totp' && (
            <TextField
              name="code"
              label={kinds.totp}
              value={proof}
              onChange={(text) => {
                setProof(text)
                submission.changed('code')
              }}
              autoComplete="one-time-code"
              inputMode="numeric"
              autoFocus
              error={words(submission.faultsOf('code'))}
            />
          )}
        </Form>
      </Stack>
    </Dialog>
  )
}
