import { useSearch } from '@tanstack/react-router'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { ButtonLink, TextLink } from '../look/links.tsx'
import { endReasonTexts, isEndReason } from '../session/end-reason-texts.ts'
import { useTexts } from '../texts/texts.tsx'
import { signedOutTexts } from './signed-out-texts.ts'

/** Says that the session is over, and why. */
export function SignedOutPage() {
  const texts = useTexts(signedOutTexts)
  const reasons = useTexts(endReasonTexts)
  const { reason, next } = useSearch({ from: '/signed-out' })
  // Nobody can sign in to it again, so that is not what the page suggests.
  if (reason === 'deleted') {
    return (
      <SignInLayout
        title={texts.deleted}
        lead={texts.deletedLead}
        below={<TextLink to="/sign-in/">{texts.toSignIn}</TextLink>}
      />
    )
  }
  return (
    <SignInLayout title={texts.title} lead={isEndReason(reason) ? reasons[reason] : texts.generic}>
      <ButtonLink to="/sign-in/" search={{ next, reason: 'logout' }} fullWidth>
        {texts.again}
      </ButtonLink>
    </SignInLayout>
  )
}
