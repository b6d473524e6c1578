import type { AnswerOf } from '@latchkey/client'
import { getThemeColor, useMantineTheme, VisuallyHidden } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Panel } from '../administration/panel.tsx'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { COURSE_HEIGHT, labelOf } from './bucket-labels.ts'
import { overviewTexts } from './overview-texts.ts'
import classes from './statistics-panels.module.css'

/** One hour or one day, with a count for each series. */
export type Bucket = AnswerOf<'GET /admin/statistics'>['buckets'][number]

/** A line of a chart: one of the server's counts, its name, and its colour. */
export type Series = { name: Exclude<keyof Bucket, 'at'>; words: string; color: string }

// The library for charts is larger than everything else. It arrives while the page already shows the totals.
const load = () => import('./course.tsx')
load().catch(() => {})
const Course = lazy(async () => ({ default: (await load()).Course }))

type Props = {
  title: string
  lead: string
  buckets: readonly Bucket[]
  /** Those of the previous period, for comparison; empty: there is none. */
  before: readonly Bucket[]
  series: readonly Series[]
  step: 'hour' | 'day'
  isTable: boolean
}

/** The totals of a period and their course over time: as a chart, or as numbers. */
export function StatisticChart({ title, lead, buckets, before, series, step, isTable }: Props) {
  const { region } = useLanguage()
  const texts = useTexts(overviewTexts)
  const theme = useMantineTheme()
  const number = new Intl.NumberFormat(region)
  const label = labelOf(step, region)
  const totals = series.map(({ name }) => totalOf(buckets, name))
  const summary = series.map(({ words }, index) => texts.summary(words, number.format(totals[index] ?? 0))).join(', ')
  return (
    <Panel title={title} lead={lead}>
      <dl className={classes.head}>
        {series.map(({ name, words, color }, index) => (
          <div key={name} className={classes.total}>
            <dt>
              {series.length > 1 && (
                <span className={classes.dot} style={{ background: getThemeColor(color, theme) }} aria-hidden="true" />
              )}
              {words}
            </dt>
            <dd>{number.format(totals[index] ?? 0)}</dd>
            <Trend now={totals[index] ?? 0} before={totalOf(before, name)} />
          </div>
        ))}
      </dl>
      {isTable ? (
        <Numbers title={title} buckets={buckets} series={series} label={label} />
      ) : (
        <div role="img" aria-label={`${title}. ${summary}`}>
          <Suspense fallback={<div style={{ blockSize: COURSE_HEIGHT }} />}>
            <Course buckets={buckets} series={series} step={step} />
          </Suspense>
        </div>
      )}
    </Panel>
  )
}

/** How much it differs from the previous period. If that was zero, there is nothing to compare with. */
function Trend({ now, before }: { now: number; before: number }) {
  const { region } = useLanguage()
  const { trend } = useTexts(overviewTexts)
  if (before === 0) return null
  const share = new Intl.NumberFormat(region, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' })
  return (
    <dd className={classes.trend} title={trend}>
      {share.format(now / before - 1)} <VisuallyHidden>{trend}</VisuallyHidden>
    </dd>
  )
}

function totalOf(buckets: readonly Bucket[], name: Series['name']): number {
  return buckets.reduce((sum, bucket) => sum + bucket[name], 0)
}

type NumbersProps = Pick<Props, 'title' | 'buckets' | 'series'> & { label(at: string): string }

function Numbers({ title, buckets, series, label }: NumbersProps) {
  const texts = useTexts(overviewTexts)
  const { region } = useLanguage()
  const number = new Intl.NumberFormat(region)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className={classes.numbers} aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.when}</th>
            {series.map(({ name, words }) => (
              <th key={name} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.toReversed().map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row">{label(bucket.at)}</th>
              {series.map(({ name }) => (
                <td key={name}>{number.format(bucket[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
