import { Anchor, Checkbox, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ask, attempt, client, withWords } from '../api/api.ts'
import { Problem } from '../api/problem.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import type { SecondFactorChallenge } from '../session/session.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { blameCode } from './code-fault.ts'
import { CodeField } from './code-field.tsx'
import { EnrolAtSignIn } from './enrol-at-sign-in.tsx'
import { factorTexts } from './factor-texts.ts'
import { MailedCodeStep } from './mailed-code-step.tsx'
import { OtherFactors } from './other-factors.tsx'
import { isAbandoned, usePasskey as provePasskey, worksHere } from './passkey.ts'
import { preferFactor, preferredFactor } from './preferred-factor.ts'

type FactorType = SecondFactorChallenge['factors'][number]
type StepProps = { challenge: SecondFactorChallenge; isTrusted: boolean; done(): void }
type Props = { challenge: SecondFactorChallenge; done(): void; restart(): void }

/** The second half of signing in. It never asks for a recovery code first. */
export function SecondFactorForm({ challenge, done, restart }: Props) {
  const texts = useTexts(factorTexts)
  const usable = challenge.factors.filter(worksHere)
  const [factor, setFactor] = useState(() => preferredFactor(usable))
  const [isTrusted, setIsTrusted] = useState(false)
  if (challenge.factors.length === 0) return <EnrolAtSignIn challenge={challenge} done={done} restart={restart} />
  return (
    <Stack gap="lg">
      {factor === 'passkey' ? (
        <PasskeyStep challenge={challenge} isTrusted={isTrusted} done={done} />
      ) : (
        factor && <CodeStep key={factor} factor={factor} challenge={challenge} isTrusted={isTrusted} done={done} />
      )}
      {site.can_trust_devices && (
        <Checkbox
          label={texts.signIn.trust}
          checked={isTrusted}
          onChange={(event) => setIsTrusted(event.currentTarget.checked)}
        />
      )}
      <Stack gap={6} align="flex-start">
        <OtherFactors usable={usable} current={factor} choose={setFactor} />
        <Anchor component="button" type="button" size="sm" onClick={restart}>
          {texts.signIn.restart}
        </Anchor>
      </Stack>
    </Stack>
  )
}

/** @throws Problem */
async function complete(body: { factor: FactorType; [member: string]: unknown }): Promise<void> {
  const outcome = await attempt(() => client.loginBy('POST /login/second-factor', { body: body as never })).catch(
    blameCode,
  )
  if (outcome.status !== 'authenticated') {
    throw await withWords(new Problem({ status: 401, code: outcome.status }))
  }
  preferFactor(body.factor)
}

function CodeStep({ factor, challenge, isTrusted, done }: StepProps & { factor: FactorType }) {
  const texts = useTexts(factorTexts).signIn
  const { challenge_token } = challenge
  const [code, setCode] = useState('')
  const submission = useSubmission({
    check: () => missing({ code }),
    send: () => complete({ challenge_token, factor, code, trust_device: isTrusted }),
    done,
  })
  const isRecovery = factor === 'recovery_code'
  const form = (lead: string) => (
    <Form submission={submission} action={texts.action} fullWidth>
      <Text>{lead}</Text>
      <CodeField
        label={isRecovery ? texts.recoveryCode : texts.code}
        value={code}
        change={setCode}
        submission={submission}
        isRecovery={isRecovery}
      />
    </Form>
  )
  if (factor === 'mailed_code') return <MailedCodeStep challenge_token={challenge_token} form={form} />
  return form(isRecovery ? texts.recovery_code : texts.totp)
}

function PasskeyStep({ challenge, isTrusted, done }: StepProps) {
  const texts = useTexts(factorTexts).signIn
  const { challenge_token } = challenge
  const [isAbandonedOnce, setIsAbandonedOnce] = useState(false)
  const submission = useSubmission({
    async send() {
      const begun = await ask('POST /login/second-factor/begin', { body: { challenge_token, factor: 'passkey' } })
      try {
        const credential = await provePasskey(begun.options ?? {})
        await complete({ challenge_token, factor: 'passkey', credential, trust_device: isTrusted })
        return true
      } catch (error) {
        if (!isAbandoned(error)) throw error
        return false
      }
    },
    done: (isProven) => (isProven ? done() : setIsAbandonedOnce(true)),
  })
  return (
    <Form submission={submission} action={texts.usePasskey} fullWidth>
      <Text>{isAbandonedOnce ? texts.passkeyFailed : texts.passkey}</Text>
    </Form>
  )
}
