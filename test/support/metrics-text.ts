import { sendJson } from './http-client.ts'
import type { TestApp } from './test-app.ts'

export const METRICS_TOKEN = 'a-token-with-which-prometheus-asks-0123'

/** The content of `/metrics`. */
type ReadMetrics = {
  text: string
  /** The value of a line, by its name and labels as written; undefined if there is no such line. */
  value(series: string): number | undefined
  /** All lines of one metric: labels as written, and the value. */
  lines(name: string): { labels: string; value: number }[]
}

/** @throws Error for a response other than 200, or a line that is not in Prometheus's text format */
export async function readMetrics({ url }: Pick<TestApp, 'url'>): Promise<ReadMetrics> {
  const answer = await sendJson(url, 'GET', '/metrics', { token: METRICS_TOKEN })
  if (answer.status !== 200) throw new Error(`no metrics: ${answer.status} ${answer.text}`)
  const { text } = answer
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value = ''] = /^([a-z_0-9]+)(\{[^}]*\})? (\S+)$/.exec(line) ?? []
      // As Prometheus reads it: prom-client writes `Nan` if nothing has been measured yet.
      const number = /^nan$/i.test(value) ? Number.NaN : Number(value.replace('Inf', 'Infinity'))
      if (name === undefined || (Number.isNaN(number) && !/^nan$/i.test(value))) throw new Error(`no sample: ${line}`)
      return { name, labels, value: number }
    })
  return {
    text,
    value: (series) => samples.find(({ name, labels }) => name + labels === series)?.value,
    lines: (wanted) => samples.filter(({ name }) => name === wanted).map(({ labels, value }) => ({ labels, value })),
  }
}
