import { useEffect } from 'react'
import { ButtonLink } from '../look/links.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { administrationTexts } from './administration-texts.ts'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'

/** Shown for an address of the administration that does not exist. */
export function NoSuchPage() {
  const texts = useTexts(administrationTexts)
  const isOurs = /^\/admin(\/|$)/.test(location.pathname.slice(addressOf('').length))
  useEffect(() => {
    // The pages outside the administration belong to another document.
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
