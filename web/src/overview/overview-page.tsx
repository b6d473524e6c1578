import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { displayName } from '../session/session.ts'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import { AttentionPanel } from './attention-panel.tsx'
import { overviewTexts } from './overview-texts.ts'
import { StatisticsPanels } from './statistics-panels.tsx'

/** What an administrator looks at first: what needs attention, and what happened recently. */
export function OverviewPage() {
  const texts = useTexts(overviewTexts)
  const may = useMay()
  const me = useMe()
  return (
    <Page title={texts.title} lead={texts.hello(displayName(me))}>
      <AttentionPanel />
      {may('statistics.view') ? <StatisticsPanels /> : <Panel>{texts.noStatistics}</Panel>}
    </Page>
  )
}
