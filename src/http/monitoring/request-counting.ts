import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RequestCounts } from '../../metrics/request-counts.ts'

/** The series for requests to paths without a route, because strangers choose these paths. */
const UNMATCHED = 'unmatched'

/** Counts every answered request, under the pattern of its route. */
export function countRequests(server: FastifyInstance, requests: RequestCounts): void {
  const routeOfPattern = new Map<string, string>()

  function routeOf({ routeOptions }: FastifyRequest): string {
    const pattern = routeOptions.url
    if (pattern === undefined) return UNMATCHED
    let route = routeOfPattern.get(pattern)
    if (route === undefined) {
      route = withoutDetails(pattern)
      routeOfPattern.set(pattern, route)
    }
    return route
  }

  server.addHook('onResponse', (request, reply, done) => {
    const seconds = (performance.now() - request.startedAt) / 1_000
    requests.of(request.method, routeOf(request)).add(reply.statusCode, seconds)
    done()
  })
}

/** The pattern of a route, the same with and without the final slash, and without the formats of parameters. */
function withoutDetails(pattern: string): string {
  return pattern.replace(/(:\w+)\([^)]*\)/g, '$1').replace(/(.)\/$/, '$1')
}
