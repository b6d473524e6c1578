import { Button } from '@mantine/core'
import { useTexts } from '../texts/texts.tsx'
import { pageCrashedTexts } from './page-crashed-texts.ts'
import { SignInLayout } from './sign-in-layout.tsx'

/**
 * Shown when a page has thrown an error; what was typed elsewhere is not lost. It is part of every page's file,
 * because loading a file of its own could be what fails.
 */
export function PageCrashed() {
  const texts = useTexts(pageCrashedTexts)
  return (
    <SignInLayout title={texts.crashed} lead={texts.crashedLead}>
      <Button onClick={() => location.reload()}>{texts.reload}</Button>
    </SignInLayout>
  )
}
