import { Button, Code } from '@mantine/core'
import { PageNotFound } from '../layout/error-pages.tsx'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { administrationTexts } from './administration-texts.ts'

const COMMANDS = 'latchkey users list\nlatchkey users --help'

/** Says how accounts are managed. The server lets only staff open it. */
export function AdministrationPage() {
  const texts = useTexts(administrationTexts)
  if (site.status === 403) return <PageNotFound />
  return (
    <SignInLayout title={texts.title} lead={texts.lead}>
      <Code block mb="md">
        {COMMANDS}
      </Code>
      <Button component="a" href={addressOf('/account/')} variant="default">
        {texts.home}
      </Button>
    </SignInLayout>
  )
}
