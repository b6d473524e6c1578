import prometheus from 'prom-client'
import { type MetricFacts, type MetricName, metricCatalogue } from './catalogue.ts'
import type { Metrics } from './metrics.ts'
import type { Readings } from './readings.ts'
import { type Sample, samplesOf } from './samples.ts'

/** Metrics as Prometheus reads them. */
export type Exposition = { contentType: string; text: string }

/** Writes down what was counted until now. */
export type Expose = (readings: Readings) => Promise<Exposition>

/**
 * Writes metrics in the text format of Prometheus, beside what prom-client knows of every Node process. To be loaded when
 * somebody asks for the first time: it takes 2 MB, and watches the event loop and the garbage collector from then on.
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

/** A metric of prom-client's whose values were counted elsewhere: they are told when it asks itself for them. */
function counted(name: string, { type, help, labels }: MetricFacts, values: readonly Sample[]): prometheus.Metric {
  const tell = async () => ({ name, help, type, values })
  const metric = new makers[type]({ name, help, labelNames: [...labels], registers: [] })
  // A histogram is asked by its second name.
  return Object.assign(metric, { get: tell, getForPromString: tell })
}
