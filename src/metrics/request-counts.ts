/** The bounds of the duration buckets, in seconds. Longer requests count too. */
export const durationBounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10] as const

/** The requests to one route with one method. */
export type RequestSeries = {
  method: string
  route: string
  /** The number of responses, by the first digit of the status. */
  readonly statuses: ReadonlyMap<StatusClass, number>
  /** How many took at most each of `durationBounds` and more than the one before; the last: more than all. */
  readonly durations: readonly number[]
  readonly totalSeconds: number
  /** @param seconds from arrival to response */
  add(status: number, seconds: number): void
}

type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx'

/** The answered requests. */
export type RequestCounts = {
  /**
   * The series of a route. It is the same object each time, so callers can keep it.
   *
   * @param method one of the HTTP methods; all others count as one, because strangers make them up
   * @param route its pattern, never a path: there is one series per route
   */
  of(method: string, route: string): RequestSeries
  readonly series: readonly RequestSeries[]
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function createRequestCounts(): RequestCounts {
  const byRoute = new Map<string, Map<string, RequestSeries>>()
  const series: RequestSeries[] = []
  return {
    of(presentedMethod, route) {
      const method = methods.has(presentedMethod) ? presentedMethod : 'other'
      const byMethod = byRoute.get(route) ?? new Map<string, RequestSeries>()
      byRoute.set(route, byMethod)
      let found = byMethod.get(method)
      if (found === undefined) {
        found = createSeries(method, route)
        byMethod.set(method, found)
        series.push(found)
      }
      return found
    },
    series,
  }
}

function createSeries(method: string, route: string): RequestSeries {
  const statuses = new Map<StatusClass, number>()
  const durations: number[] = Array(durationBounds.length + 1).fill(0)
  let totalSeconds = 0
  return {
    method,
    route,
    statuses,
    durations,
    get totalSeconds() {
      return totalSeconds
    },
    add(status, seconds) {
      const statusClass = `${Math.floor(status / 100)}xx` as StatusClass
      statuses.set(statusClass, (statuses.get(statusClass) ?? 0) + 1)
      let slot = 0
      while (slot < durationBounds.length && seconds > (durationBounds[slot] ?? 0)) slot++
      durations[slot] = (durations[slot] ?? 0) + 1
      totalSeconds += seconds
    },
  }
}
