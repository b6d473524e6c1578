import '@mantine/charts/styles.css'
import { AreaChart } from '@mantine/charts'
import { useLanguage } from '../texts/texts.tsx'
import { COURSE_HEIGHT, labelOf, tickOf } from './bucket-labels.ts'
import type { Bucket, Series } from './statistic-chart.tsx'

/** The axis never ends lower than this, so that one event does not look like a flood. */
const LOW = 4

type Props = { buckets: readonly Bucket[]; series: readonly Series[]; step: 'hour' | 'day' }

/** The course of some counts over time, as areas. */
export function Course({ buckets, series, step }: Props) {
  const { region } = useLanguage()
  const number = new Intl.NumberFormat(region)
  const label = labelOf(step, region)
  const tick = tickOf(step, buckets.length, region)
  const largest = Math.max(0, ...buckets.flatMap((bucket) => series.map(({ name }) => bucket[name])))
  const midnights = step === 'hour' ? buckets.map(({ at }) => at).filter(isMidnight) : []
  return (
    <AreaChart
      h={COURSE_HEIGHT}
      data={[...buckets]}
      dataKey="at"
      series={series.map(({ name, words, color }) => ({ name, label: words, color }))}
      curveType="monotone"
      withDots={false}
      strokeWidth={1.75}
      fillOpacity={0.12}
      tickLine="none"
      gridAxis="x"
      tooltipAnimationDuration={0}
      areaProps={{ isAnimationActive: false }}
      areaChartProps={{ accessibilityLayer: false, margin: { top: 8 } }}
      valueFormatter={(value) => number.format(value)}
      yAxisProps={{ allowDecimals: false, width: 44, domain: [0, largest < LOW ? LOW : 'auto'] }}
      xAxisProps={{ minTickGap: 40, tickFormatter: tick, ...(midnights.length > 1 && { ticks: midnights }) }}
      tooltipProps={{ labelFormatter: (at) => (typeof at === 'string' && at !== '' ? label(at) : '') }}
    />
  )
}

/** Whether a day begins in the reader's time zone: if the chart spans several days in hours, it names the days. */
function isMidnight(at: string): boolean {
  return new Date(at).getHours() === 0
}
