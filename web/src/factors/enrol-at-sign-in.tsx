import { Anchor, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ask, attempt, client } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { Loading } from '../layout/states.tsx'
import { Notice } from '../look/notice.tsx'
import type { SecondFactorChallenge } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import { AuthenticatorSecret } from './authenticator-secret.tsx'
import { useCodeFault } from './code-fault.ts'
import { enrolmentTexts } from './enrolment-texts.ts'
import { factorTexts } from './factor-texts.ts'

type Props = { challenge: SecondFactorChallenge; done(): void; restart(): void }

/** Sets an authenticator app up before the first sign-in that requires one. */
export function EnrolAtSignIn({ challenge: { challenge_token }, done, restart }: Props) {
  const texts = useTexts(factorTexts).signIn
  const enrolment = useTexts(enrolmentTexts)
  const words = useCodeFault()
  const problemWords = useProblemWords()
  const [begun, setBegun] = useState<{ secret: string; uri: string }>()
  const [problem, setProblem] = useState<Problem>()
  const [code, setCode] = useState('')
  useEffect(() => {
    ask('POST /login/enrolment/begin', { body: { challenge_token } }).then(setBegun, (error: unknown) =>
      setProblem(asProblem(error)),
    )
  }, [challenge_token])
  const submission = useSubmission({
    check: () => missing({ code }),
    send: () => attempt(() => client.loginBy('POST /login/enrolment', { body: { challenge_token, code } })),
    done,
  })
  return (
    <Stack gap="lg">
      <Text>{texts.setUp}</Text>
      {problem && <Notice kind="problem">{problemWords(problem)}</Notice>}
      {begun === undefined ? (
        problem === undefined && <Loading lines={4} />
      ) : (
        <Form submission={submission} action={texts.action} fullWidth>
          <AuthenticatorSecret {...begun} />
          <TextField
            name="code"
            label={enrolment.code}
            value={code}
            onChange={(text) => {
              setCode(text)
              submission.changed('code')
            }}
            autoComplete="one-time-code"
            inputMode="numeric"
            error={words(submission.faultsOf('code'))}
          />
        </Form>
      )}
      <Anchor component="button" type="button" size="sm" onClick={restart}>
        {texts.restart}
      </Anchor>
    </Stack>
  )
}
