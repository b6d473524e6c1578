import { Button } from '@mantine/core'
import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { pageNotFoundTexts } from './page-not-found-texts.ts'
import { SignInLayout } from './sign-in-layout.tsx'

/** Shown for an address that does not exist, or for a page that this account may not open or the server could not show. */
export function PageNotFound() {
  const texts = useTexts(pageNotFoundTexts)
  const isForbidden = site.status === 403
  if (site.status >= 500) {
    return (
      <SignInLayout title={texts.failed} lead={texts.failedLead}>
        <Button onClick={() => location.reload()}>{texts.tryAgain}</Button>
      </SignInLayout>
    )
  }
  return (
    <SignInLayout
      title={isForbidden ? texts.forbidden : texts.notFound}
      lead={isForbidden ? texts.forbiddenLead : texts.notFoundLead}
    >
      <Button component="a" href={addressOf('/account/')} variant="default">
        {texts.home}
      </Button>
    </SignInLayout>
  )
}
