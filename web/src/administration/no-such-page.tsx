import { useEffect } from 'react'
import { ButtonLink } from '../look/links.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { administrationTexts } from './administration-texts.ts'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'

/** Stands where an address of the administration leads nowhere. */
export function NoSuchPage() {
  const texts = useTexts(administrationTexts)
  const isOurs = /^\/admin(\/|$)/.test(location.pathname.slice(addressOf('').length))
  useEffect(() => {
    // Another document has the pages outside of the administration.
    if (!isOurs) location.reload()
  }, [isOurs])
  if (!isOurs) return null
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
