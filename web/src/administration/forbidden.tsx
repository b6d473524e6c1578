import { ButtonLink } from '../look/links.tsx'
import { useTexts } from '../texts/texts.tsx'
import { administrationTexts } from './administration-texts.ts'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'
import type { Needed } from './permissions.ts'

/** Shown instead of a page that the account may not open. */
export function Forbidden({ needs }: { needs: Needed }) {
  const texts = useTexts(administrationTexts)
  return (
    <Page title={texts.forbidden}>
      <Panel>
        {needs === 'superuser' ? <p>{texts.forbiddenSuperuser}</p> : <p>{texts.forbiddenNeeds(needs)}</p>}
        <ButtonLink to="/admin/" variant="default">
          {texts.toOverview}
        </ButtonLink>
      </Panel>
    </Page>
  )
}
