/** The bounds of the duration buckets, in seconds. Longer requests count too. */
export const durationBounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10] as const

/** The requests to one route with one method. */
export type RequestSeries = {
  method: string
  route: string
  /** The number of responses, by the first digit of the status. */
  readonly statuses: ReadonlyMap<StatusClass, number>
  /** @param seconds from arrival to response */
  add(status: number, seconds: number): void
}

/** In the order of their first digits. */
const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

type StatusClass = (typeof statusClasses)[number]

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
  /** Also times requests from now on, with one timer for each series. Without it only their number is counted. */
  timeWith(timerOf: (method: string, route: string) => RequestTimer): void
}

/** Observes how long requests took. */
type RequestTimer = { observe(seconds: number): void }

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function createRequestCounts(): RequestCounts {
  const byRoute = new Map<string, Map<string, RequestSeries>>()
  const series: RequestSeries[] = []
  let timerOf: ((method: string, route: string) => RequestTimer) | undefined
  return {
    of(presentedMethod, route) {
      const method = methods.has(presentedMethod) ? presentedMethod : 'other'
      let byMethod = byRoute.get(route)
      if (byMethod === undefined) {
        byMethod = new Map()
        byRoute.set(route, byMethod)
      }
      let found = byMethod.get(method)
      if (found === undefined) {
        found = createSeries(method, route, timerOf?.(method, route))
        byMethod.set(method, found)
        series.push(found)
      }
      return found
    },
    series,
    timeWith(timer) {
      timerOf = timer
    },
  }
}

function createSeries(method: string, route: string, timer: RequestTimer | undefined): RequestSeries {
  const counts = statusClasses.map(() => 0)
  return {
    method,
    route,
    get statuses() {
      const counted = statusClasses.map((statusClass, index) => [statusClass, counts[index] ?? 0] as const)
      return new Map(counted.filter(([, count]) => count > 0))
    },
    add(status, seconds) {
      const index = Math.floor(status / 100) - 1
      counts[index] = (counts[index] ?? 0) + 1
      timer?.observe(seconds)
    },
  }
}
