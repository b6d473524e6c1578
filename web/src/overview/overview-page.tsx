import { Page } from '../administration/page.tsx'
import { useTexts } from '../texts/texts.tsx'
import { overviewTexts } from './overview-texts.ts'

/** What an administrator looks at first. */
export function OverviewPage() {
  const texts = useTexts(overviewTexts)
  return <Page title={texts.title}>{null}</Page>
}
