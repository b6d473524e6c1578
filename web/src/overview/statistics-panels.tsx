import { Button, SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { serverNow } from '../site/server-clock.ts'
import { useTexts } from '../texts/texts.tsx'
import { overviewTexts } from './overview-texts.ts'
import { type Series, StatisticChart } from './statistic-chart.tsx'
import classes from './statistics-panels.module.css'

const DAY_MS = 86_400_000

const ranges = {
  day: { step: 'hour', ms: DAY_MS, buckets: 24 },
  week: { step: 'hour', ms: 7 * DAY_MS, buckets: 168 },
  month: { step: 'day', ms: 30 * DAY_MS, buckets: 30 },
  year: { step: 'day', ms: 365 * DAY_MS, buckets: 365 },
} as const

type Range = keyof typeof ranges

/** How often the counts are fetched while the page is open, in milliseconds. */
const AGAIN_MS = 60_000

/** What happened over time: one chart per subject, or the same as numbers. */
export function StatisticsPanels() {
  const texts = useTexts(overviewTexts)
  const search = useSearch({ strict: false }) as { range?: string }
  const navigate = useNavigate()
  const range: Range = Object.hasOwn(ranges, search.range ?? '') ? (search.range as Range) : 'week'
  const [isTable, setIsTable] = useState(false)
  const counted = useQuery({
    queryKey: ['statistics', range],
    queryFn: ({ signal }) => {
      const { step, ms } = ranges[range]
      // The previous period is fetched too, for comparison. The server does not keep two years.
      const length = range === 'year' ? ms : 2 * ms
      const since = new Date(serverNow() - length).toISOString()
      return ask('GET /admin/statistics', { signal, query: { step, since } })
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  })
  const { series } = texts
  const good = 'accent.5'
  const bad = 'orange.6'
  const quiet = 'gray.6'
  const charts: { name: keyof typeof texts.charts; series: Series[] }[] = [
    {
      name: 'signIns',
      series: [
        { name: 'sign_ins', words: series.sign_ins, color: good },
        { name: 'failed_sign_ins', words: series.failed_sign_ins, color: bad },
      ],
    },
    { name: 'newAccounts', series: [{ name: 'new_accounts', words: series.new_accounts, color: good }] },
    {
      name: 'sessions',
      series: [
        { name: 'sign_ins', words: series.begun, color: good },
        { name: 'ended_sessions', words: series.ended_sessions, color: quiet },
      ],
    },
    {
      name: 'refreshes',
      series: [
        { name: 'refreshes', words: series.refreshes, color: good },
        { name: 'refused_refreshes', words: series.refused_refreshes, color: bad },
      ],
    },
    { name: 'replays', series: [{ name: 'replays', words: series.replays, color: bad }] },
  ]
  return (
    <section className={classes.section}>
      <div className={classes.line}>
        <SegmentedControl
          size="sm"
          aria-label={texts.range}
          value={range}
          onChange={(value) => void navigate({ to: './', search: { range: value } as never, resetScroll: false })}
          data={Object.entries(texts.ranges).map(([value, label]) => ({ value, label }))}
        />
        <Button size="sm" variant="default" onClick={() => setIsTable(!isTable)}>
          {isTable ? texts.asChart : texts.asTable}
        </Button>
        <span className={classes.note}>
          {ranges[range].step === 'day' && texts.utc} {texts.updated}
        </span>
      </div>
      {counted.isPending && (
        <Panel>
          <Loading lines={8} />
        </Panel>
      )}
      {counted.isError && (
        <Panel>
          <Failed error={counted.error} retry={() => void counted.refetch()} />
        </Panel>
      )}
      {counted.data && (
        <div className={classes.charts}>
          {charts.map((chart) => (
            <StatisticChart
              key={chart.name}
              title={texts.charts[chart.name]}
              lead={texts.leads[chart.name]}
              buckets={counted.data.buckets.slice(-ranges[range].buckets - 1)}
              before={counted.data.buckets.slice(0, -ranges[range].buckets - 1)}
              series={chart.series}
              step={counted.data.step}
              isTable={isTable}
            />
          ))}
        </div>
      )}
    </section>
  )
}
