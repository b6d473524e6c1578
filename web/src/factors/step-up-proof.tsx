import { Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { useMe } from '../session/session-gate.tsx'
import { stepUpTexts } from '../session/step-up-texts.ts'
import { useTexts } from '../texts/texts.tsx'
import { CodeField } from './code-field.tsx'
import { factorTexts } from './factor-texts.ts'
import type { FactorType } from './held-factors.ts'
import { OtherFactors } from './other-factors.tsx'
import { isAbandoned, usePasskey as provePasskey, worksHere } from './passkey.ts'

/** Factors in the order in which the page asks for them. Recovery codes come last. */
const order = ['passkey', 'totp', 'mailed_code', 'recovery_code'] as const

/** Lets somebody prove their identity again. @param held the factors of the account; none: its password */
export function StepUpProof({ held, proven }: { held: readonly FactorType[]; proven(): void }) {
  const usable = order.filter((one) => held.includes(one) && worksHere(one))
  const [factor, setFactor] = useState(usable[0])
  return (
    <Stack gap="lg">
      <Proof key={factor} factor={factor} proven={proven} />
      {usable.length > 1 && (
        <Stack gap={6} align="flex-start">
          <OtherFactors usable={usable} current={factor} choose={setFactor} />
        </Stack>
      )}
    </Stack>
  )
}

function Proof({ factor, proven }: { factor: FactorType | undefined; proven(): void }) {
  const texts = useTexts(stepUpTexts)
  const me = useMe()
  const { kinds, byMail, signIn } = useTexts(factorTexts)
  const words = useFaultWords()
  const [proof, setProof] = useState('')
  const [mailed, setMailed] = useState<{ challenge_token: string; sent_to?: string }>()
  const takesCode = factor === 'totp' || factor === 'recovery_code' || mailed !== undefined
  const submission = useSubmission({
    check: () => (factor === undefined ? missing({ password: proof }) : takesCode ? missing({ code: proof }) : []),
    send: () => prove().catch(unlessAbandoned),
    done: (isProven) => {
      if (isProven) proven()
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
    <Stack gap="lg">
      {mailed?.sent_to !== undefined && <Text c="dimmed">{signIn.mailed_code(mailed.sent_to)}</Text>}
      <Form
        submission={submission}
        action={
          factor === 'mailed_code' && !takesCode ? byMail.send : factor === 'passkey' ? signIn.usePasskey : texts.action
        }
        fullWidth
      >
        {factor === undefined && (
          <>
            {/* For password managers, which look for the name beside the password. */}
            <input type="text" autoComplete="username" value={me.username} readOnly hidden />
            <PasswordField
              label={texts.password}
              value={proof}
              onChange={(text) => {
                setProof(text)
                submission.changed('password')
              }}
              autoComplete="current-password"
              autoFocus
              error={words(submission.faultsOf('password'))}
            />
          </>
        )}
        {factor !== undefined && takesCode && (
          <CodeField
            label={kinds[factor]}
            value={proof}
            change={setProof}
            submission={submission}
            isRecovery={factor === 'recovery_code'}
          />
        )}
      </Form>
    </Stack>
  )
}

/** Somebody who closes the browser's dialog may try again. */
function unlessAbandoned(error: unknown): false {
  if (isAbandoned(error)) return false
  throw error
}
