import { Button } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { factorTexts } from './factor-texts.ts'
import { PasskeySignIn } from './passkey-sign-in.tsx'

const MailSignIn = lazy(async () => ({ default: (await import('./mail-sign-in.tsx')).MailSignIn }))

/** The ways to sign in without a password that are possible here. */
export function OtherWays({ done }: { done(): void }) {
  const texts = useTexts(factorTexts).byMail
  const [isByMail, setIsByMail] = useState(false)
  return (
    <>
      {site.has_passkeys && <PasskeySignIn done={done} />}
      {site.has_login_by_mail && (
        <Button variant="default" onClick={() => setIsByMail(true)}>
          {texts.start}
        </Button>
      )}
      {isByMail && (
        // React would let the events of these forms bubble up to the password form around them.
        <div role="presentation" onSubmit={(event) => event.stopPropagation()}>
          <Suspense>
            <MailSignIn done={done} close={() => setIsByMail(false)} />
          </Suspense>
        </div>
      )}
    </>
  )
}
