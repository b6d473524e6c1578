import prometheus from 'prom-client'
import { type MetricFacts, type MetricName, metricCatalogue } from './catalogue.ts'
import type { Metrics } from './metrics.ts'
import type { Readings } from './readings.ts'
import { type Sample, samplesOf } from './samples.ts'

/** Metrics as Prometheus reads them. */
export type Exposition = { contentType: string; text: string }

/** Formats all metrics as they are now. */
export type Expose = (readings: Readings) => Promise<Exposition>

/**
 * Formats metrics as text for Prometheus, together with prom-client's metrics of every Node process. Load it at the
 * first scrape: it takes 2 MB, and watches the event loop and the garbage collector from then on.
 */
export function createExposition(metrics: Metrics): Expose {
  const ofProcess = new prometheus.Registry()
  prometheus.collectDefaultMetrics({ register: ofProcess })

  return async (readings) => {
    const own = new prometheus.Registry()
    const samples = samplesOf(metrics, readings)
    for (const name of Object.keys(metricCatalogue) as MetricName[]) {
      own.registerMetric(counted(name, metricCatalogue[name], samples[name]))
    }
    const text = `${await own.metrics()}\n${await ofProcess.metrics()}`
    return { contentType: own.contentType, text }
  }
}

const makers = { counter: prometheus.Counter, gauge: prometheus.Gauge, histogram: prometheus.Histogram } as const

/** A prom-client metric whose values are counted elsewhere; it gets them when it is collected. */
function counted(name: string, { type, help, labels }: MetricFacts, values: readonly Sample[]): prometheus.Metric {
  const tell = async () => ({ name, help, type, values })
  const metric = new makers[type]({ name, help, labelNames: [...labels], registers: [] })
  // A histogram is collected under its second name.
  return Object.assign(metric, { get: tell, getForPromString: tell })
}
