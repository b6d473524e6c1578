import { Stack } from '@mantine/core'
import { useLocation, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ask } from '../api/api.ts'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { Loading } from '../layout/states.tsx'
import { TextLink } from '../look/links.tsx'
import { Notice } from '../look/notice.tsx'
import { endReasonTexts, isEndReason } from '../session/end-reason-texts.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { nextAddress } from './next-path.ts'
import { SignInForm } from './sign-in-form.tsx'
import { signInTexts } from './sign-in-texts.ts'

/** Signs somebody in and leads them to where they wanted to go. Whoever is signed in already goes there at once. */
export function SignInPage() {
  const texts = useTexts(signInTexts)
  const reasons = useTexts(endReasonTexts)
  const { next, reason } = useSearch({ from: '/sign-in' })
  const { identifier } = useLocation().state
  // Loads a new document, so that it knows about the session and password managers see that signing in worked.
  const [leave] = useState(() => {
    const address = nextAddress(next, location.hash)
    return () => location.replace(address)
  })
  const mayBeSignedIn = site.session !== 'none' && reason === undefined
  const [isStranger, setIsStranger] = useState(!mayBeSignedIn)
  const [isSecondStep, setIsSecondStep] = useState(false)

  useEffect(() => {
    if (mayBeSignedIn) ask('GET /me').then(leave, () => setIsStranger(true))
  }, [mayBeSignedIn, leave])

  if (!isStranger) {
    return (
      <SignInLayout title={texts.title}>
        <Loading lines={4} />
      </SignInLayout>
    )
  }
  return (
    <SignInLayout
      title={isSecondStep ? texts.secondStep : texts.title}
      below={
        site.registration === 'open' &&
        !isSecondStep && (
          <>
            {texts.newHere}{' '}
            <TextLink to="/sign-up/" search={{ next }} inherit>
              {texts.createAccount}
            </TextLink>
          </>
        )
      }
    >
      <Stack gap="lg">
        {isEndReason(reason) && !isSecondStep && <Notice kind="info">{reasons[reason]}</Notice>}
        <SignInForm done={leave} stepped={setIsSecondStep} username={identifier} />
      </Stack>
    </SignInLayout>
  )
}
