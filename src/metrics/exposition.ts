import prometheus from 'prom-client'
import { type MetricFacts, type MetricName, metricCatalogue } from './catalogue.ts'
import type { Metrics } from './metrics.ts'
import type { Readings } from './readings.ts'
import { durationBounds } from './request-counts.ts'
import { type CollectedName, type Sample, samplesOf } from './samples.ts'

/** Metrics as Prometheus reads them. */
export type Exposition = { contentType: string; text: string }

/** Formats all metrics as they are now. */
export type Expose = (readings: Readings) => Promise<Exposition>

const DURATIONS = 'latchkey_http_request_duration_seconds' satisfies MetricName

/**
 * Formats metrics as text for Prometheus, together with prom-client's metrics of every Node process. Create it at the
 * start of a server whose metrics somebody may read: from then on, requests are timed, and prom-client watches the event
 * loop and the garbage collector. Other servers do not load this file, because prom-client takes 2 MB.
 *
 * Counters and gauges are Latchkey's own numbers, which prom-client asks for when it is scraped (`collect`). A histogram
 * of prom-client observes durations, with the labels of each route prepared once.
 */
export function createExposition(metrics: Metrics): Expose {
  const own = new prometheus.Registry()
  const ofProcess = new prometheus.Registry()
  prometheus.collectDefaultMetrics({ register: ofProcess })
  let samples: Partial<Record<CollectedName, readonly Sample[]>> = {}
  for (const name of Object.keys(metricCatalogue) as MetricName[]) {
    if (name === DURATIONS) metrics.requests.timeWith(durationHistogram(own))
    else registerCollected(own, name, metricCatalogue[name], () => samples[name] ?? [])
  }

  return async (readings) => {
    samples = samplesOf(metrics, readings)
    const text = `${await own.metrics()}\n${await ofProcess.metrics()}`
    return { contentType: own.contentType, text }
  }
}

function durationHistogram(register: prometheus.Registry) {
  const { help, labels } = metricCatalogue[DURATIONS]
  const histogram = new prometheus.Histogram({
    name: DURATIONS,
    help,
    labelNames: [...labels],
    buckets: [...durationBounds],
    registers: [register],
  })
  return (method: string, route: string) => histogram.labels(method, route)
}

/** A metric that gets its values when it is collected. */
function registerCollected(
  register: prometheus.Registry,
  name: string,
  { type, help, labels }: MetricFacts,
  read: () => readonly Sample[],
): void {
  const common = { name, help, labelNames: [...labels], registers: [register] }
  if (type === 'counter') {
    new prometheus.Counter({
      ...common,
      collect() {
        this.reset()
        for (const { labels: values, value } of read()) this.inc(values, value)
      },
    })
    return
  }
  new prometheus.Gauge({
    ...common,
    collect() {
      // What is not known is left out, which `reset` would show as 0.
      if (labels.length === 0) this.remove()
      else this.reset()
      for (const { labels: values, value } of read()) this.set(values, value)
    },
  })
}
