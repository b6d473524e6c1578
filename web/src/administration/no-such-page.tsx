import { ButtonLink } from '../look/links.tsx'
import { useTexts } from '../texts/texts.tsx'
import { administrationTexts } from './administration-texts.ts'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'

/** Stands where an address of the administration leads nowhere. */
export function NoSuchPage() {
  const texts = useTexts(administrationTexts)
  return (
    <Page title={texts.notFound}>
      <Panel>
        <p>{texts.notFoundLead}</p>
        <ButtonLink to="/admin/" variant="default">
          {texts.toOverview}
        </ButtonLink>
      </Panel>
    </Page>
  )
}
