import type { ApiRoute } from './route.ts'

/** The methods of a v1 path, as for `Allow` (RFC 9110 §10.2.1); undefined if there is no such path. */
type AllowedMethods = (path: string) => string | undefined

/** @param prefix precedes the paths of the routes */
export function createAllowedMethods(routes: readonly ApiRoute[], prefix: string): AllowedMethods {
  const known = [...Map.groupBy(routes, ({ path }) => path)].map(([path, alike]) => ({
    parts: `${prefix}${path}`.split('/'),
    allow: alike.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', '),
  }))
  return (path) => {
    const asked = path.replace(/(.)\/$/, '$1').split('/')
    const isMatch = (parts: readonly string[]) =>
      parts.length === asked.length && parts.every((part, index) => part === asked[index] || part.startsWith(':'))
    return known.find(({ parts }) => isMatch(parts))?.allow
  }
}
