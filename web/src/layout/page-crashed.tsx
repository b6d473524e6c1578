import { Button } from '@mantine/core'
import { useTexts } from '../texts/texts.tsx'
import { pageCrashedTexts } from './page-crashed-texts.ts'
import { SignInLayout } from './sign-in-layout.tsx'

/** A page that threw: nothing typed elsewhere is touched by it. Loaded with every page, because its own file may be what fails. */
export function PageCrashed() {
  const texts = useTexts(pageCrashedTexts)
  return (
    <SignInLayout title={texts.crashed} lead={texts.crashedLead}>
      <Button onClick={() => location.reload()}>{texts.reload}</Button>
    </SignInLayout>
  )
}
