import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useRef, useState } from 'react'
import { ask, attempt, client, withWords } from '../api/api.ts'
import { asProblem, Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { Notice } from '../look/notice.tsx'
import type { SecondFactorChallenge } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import { AuthenticatorSecret } from './authenticator-secret.tsx'
import { CodeField } from './code-field.tsx'
import { enrolmentTexts } from './enrolment-texts.ts'
import { factorTexts } from './factor-texts.ts'
import { createPasskey, isAbandoned, worksHere } from './passkey.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

type Kind = 'totp' | 'passkey'
type Props = { challenge: SecondFactorChallenge; done(): void; restart(): void }

/** Sets up the second factor that this sign-in requires, and shows the recovery codes that come with it. */
export function EnrolAtSignIn({ challenge: { challenge_token, enrollable = [] }, done, restart }: Props) {
  const texts = useTexts(factorTexts).signIn
  const enrolment = useTexts(enrolmentTexts)
  const problemWords = useProblemWords()
  const isBusy = useRef(false)
  const [app, setApp] = useState<{ secret: string; uri: string }>()
  const [codes, setCodes] = useState<readonly string[]>()
  const [said, setSaid] = useState<string>()
  const kinds = (['passkey', 'totp'] as const).filter((kind) => enrollable.includes(kind) && worksHere(kind))

  /** Does one thing at a time: a double click begins one enrolment. */
  async function run(work: () => Promise<void>): Promise<void> {
    if (isBusy.current) return
    isBusy.current = true
    setSaid(undefined)
    try {
      await work()
    } catch (error) {
      setSaid(isAbandoned(error) ? enrolment.passkeyFailed : problemWords(asProblem(error)))
    } finally {
      isBusy.current = false
    }
  }

  const begin = (factor: Kind) =>
    run(async () => {
      const { secret, uri, options } = await ask('POST /login/enrolment/begin', { body: { challenge_token, factor } })
      if (secret !== undefined && uri !== undefined) return setApp({ secret, uri })
      const credential = await createPasskey(options ?? {})
      setCodes(await finish({ challenge_token, factor, credential }))
    })

  const save = () =>
    run(async () => {
      await ask('POST /me/factors/confirm', { body: { factor: 'recovery_code', saved: true } })
      done()
    })

  return (
    <Stack gap="lg">
      {said && <Notice kind="problem">{said}</Notice>}
      {codes ? (
        <RecoveryCodes codes={codes} saved={() => void save()} />
      ) : (
        <>
          {app ? (
            <AppForm {...app} send={(code) => finish({ challenge_token, factor: 'totp', code })} done={setCodes} />
          ) : (
            <>
              <Text>{texts.setUp}</Text>
              {kinds.map((kind) => (
                <Button key={kind} variant="default" onClick={() => void begin(kind)}>
                  {enrolment.add[kind]}
                </Button>
              ))}
            </>
          )}
          {app && kinds.length > 1 && (
            <Anchor component="button" type="button" size="sm" onClick={() => setApp(undefined)}>
              {enrolment.otherKind}
            </Anchor>
          )}
          <Anchor component="button" type="button" size="sm" onClick={restart}>
            {texts.restart}
          </Anchor>
        </>
      )}
    </Stack>
  )
}

/** @returns the recovery codes @throws Problem */
async function finish(body: object): Promise<readonly string[]> {
  const outcome = await attempt(() => client.loginBy('POST /login/enrolment', { body: body as never }))
  if (outcome.status !== 'authenticated') {
    throw await withWords(new Problem({ status: 401, code: outcome.status }))
  }
  return outcome.recoveryCodes ?? []
}

type AppFormProps = {
  secret: string
  uri: string
  send(code: string): Promise<readonly string[]>
  done(codes: readonly string[]): void
}

function AppForm({ secret, uri, send, done }: AppFormProps) {
  const texts = useTexts(enrolmentTexts)
  const [code, setCode] = useState('')
  const submission = useSubmission({ check: () => missing({ code }), send: () => send(code), done })
  return (
    <Form submission={submission} action={texts.confirm} fullWidth>
      <AuthenticatorSecret secret={secret} uri={uri} />
      <CodeField label={texts.code} value={code} change={setCode} submission={submission} />
    </Form>
  )
}
