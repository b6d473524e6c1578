import { Button } from '@mantine/core'
import { useCallback, useEffect, useRef } from 'react'
import { attempt, client } from '../api/api.ts'
import { useTexts } from '../texts/texts.tsx'
import { factorTexts } from './factor-texts.ts'
import { hasConditionalUi, hasPasskeySupport, isAbandoned, usePasskey as provePasskey } from './passkey.ts'

/** Signs in with a passkey and nothing else: by the button, or by the browser's list at the user name field. */
export function PasskeySignIn({ done }: { done(): void }) {
  const texts = useTexts(factorTexts)
  const waiting = useRef<AbortController>(undefined)

  const signIn = useCallback(
    async (conditional?: AbortSignal) => {
      try {
        const { challenge_token, options = {} } = await attempt(() => client.request('POST /login/passkey/begin'))
        const credential = await provePasskey(options, conditional)
        const body = { challenge_token, credential } as never
        const outcome = await attempt(() => client.loginBy('POST /login/passkey', { body }))
        if (outcome.status === 'authenticated') done()
      } catch (error) {
        if (!isAbandoned(error)) reportError(error)
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
    <Button
      variant="default"
      onClick={() => {
        // Browsers ask for one passkey at a time.
        waiting.current?.abort()
        void signIn()
      }}
    >
      {texts.withPasskey}
    </Button>
  )
}
