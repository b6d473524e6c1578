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
import { hasPasskeySupport, isAbandoned, usePasskey as provePasskey } from './passkey.ts'

type FactorType = 'totp' | 'passkey' | 'mailed_code' | 'recovery_code'

/** Factors in the order in which they are asked for. Recovery codes are for signing in. */
const order = ['passkey', 'totp', 'mailed_code'] as const

/** Asks somebody to prove who they are, and goes on. @param held the factors of the account; none: the password */
export function StepUpDialog({ held, done, close }: { held: readonly FactorType[]; done(): void; close(): void }) {
  const texts = useTexts(enrolmentTexts)
  const { kinds, byMail } = useTexts(factorTexts)
  const words = useCodeFault()
  const factor = order.find((one) => held.includes(one) && (one !== 'passkey' || hasPasskeySupport))
  const [proof, setProof] = useState('')
  const [mailed, setMailed] = useState<{ challenge_token: string; sent_to?: string }>()
  const takesCode = factor === 'totp' || mailed !== undefined
  const type = (field: string) => (text: string) => {
    setProof(text)
    submission.changed(field)
  }
  const submission = useSubmission({
    check: () => (factor === undefined ? missing({ password: proof }) : takesCode ? missing({ code: proof }) : []),
    send: () => prove().catch(unlessAbandoned),
    done: (isProven) => {
      if (isProven) done()
    },
  })

  /** @returns whether that was all */
  async function prove(): Promise<boolean> {
    if (factor === undefined) {
      await ask('POST /me/step-up', { body: { password: proof } })
      return true
    }
    if (takesCode) {
      await ask('POST /me/step-up', { body: { factor, challenge_token: mailed?.challenge_token, code: proof } })
      return true
    }
    const begun = await ask('POST /me/step-up/begin', { body: { factor } })
    if (factor === 'mailed_code') {
      setMailed(begun)
      return false
    }
    const { challenge_token, options = {} } = begun
    const credential = (await provePasskey(options)) as never
    await ask('POST /me/step-up', { body: { factor, challenge_token, credential } })
    return true
  }

  return (
    <Dialog title={texts.stepUp.title} close={close} size="sm">
      <Stack gap="lg">
        <Text c="dimmed">{mailed?.sent_to === undefined ? texts.stepUp.lead : texts.mailSent(mailed.sent_to)}</Text>
        <Form
          submission={submission}
          action={factor === 'mailed_code' && !takesCode ? byMail.send : texts.stepUp.action}
          fullWidth
        >
          {factor === undefined && (
            <PasswordField
              label={texts.stepUp.password}
              value={proof}
              onChange={type('password')}
              autoComplete="current-password"
              error={words(submission.faultsOf('password'))}
            />
          )}
          {factor !== undefined && takesCode && (
            <TextField
              name="code"
              label={kinds[factor]}
              value={proof}
              onChange={type('code')}
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

/** Who closes the window of the browser may try again. */
function unlessAbandoned(error: unknown): false {
  if (isAbandoned(error)) return false
  throw error
}
