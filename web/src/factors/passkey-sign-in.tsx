import { Button } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { attempt, client } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import { factorTexts } from './factor-texts.ts'
import { hasConditionalUi, hasPasskeySupport, isAbandoned, usePasskey as provePasskey } from './passkey.ts'

/** Signs in with a passkey and nothing else: by the button, or by the browser's list at the user name field. */
export function PasskeySignIn({ done }: { done(): void }) {
  const texts = useTexts(factorTexts)
  const words = useProblemWords()
  const [failure, setFailure] = useState<'abandoned' | 'unknown' | Problem>()
  const waiting = useRef<AbortController>(undefined)

  const signIn = useCallback(
    async (conditional?: AbortSignal) => {
      let isChosen = conditional === undefined
      try {
        const { challenge_token, options = {} } = await attempt(() => client.request('POST /login/passkey/begin'))
        const credential = await provePasskey(options, conditional)
        isChosen = true
        const body = { challenge_token, credential } as never
        const outcome = await attempt(() => client.loginBy('POST /login/passkey', { body }))
        if (outcome.status === 'authenticated') done()
      } catch (error) {
        // What the browser prepares by itself may fail without a word.
        if (!isChosen) return
        if (isAbandoned(error)) return setFailure('abandoned')
        const problem = asProblem(error)
        setFailure(problem.code === 'second_factor_not_valid' ? 'unknown' : problem)
      }
    },
    [done],
  )

  useEffect(() => {
    const controller = new AbortController()
    waiting.current = controller
    void (async () => {
      if (hasPasskeySupport && (await hasConditionalUi()) && !controller.signal.aborted) await signIn(controller.signal)
    })()
    return () => controller.abort()
  }, [signIn])

  if (!hasPasskeySupport) return null
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          // Browsers ask for one passkey at a time.
          waiting.current?.abort()
          setFailure(undefined)
          void signIn()
        }}
      >
        {texts.withPasskey}
      </Button>
      {failure && (
        <Notice kind="problem">
          {failure === 'abandoned' ? texts.noPasskey : failure === 'unknown' ? texts.unknownPasskey : words(failure)}
        </Notice>
      )}
    </>
  )
}
