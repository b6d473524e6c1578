import type { ErrorCode } from '../../errors.ts'
import { apiErrors } from '../refusals/problem.ts'
import { oauthProblemSchema, problemSchema } from '../refusals/problem-schema.ts'
import type { Access } from './access.ts'

/** What the statuses of refusals mean. */
const meanings: Readonly<Record<number, string>> = {
  400: 'The request is invalid',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in the current state',
  413: 'The body is too large',
  415: 'The body must be JSON',
  429: 'Too many requests',
  500: 'The server failed',
  503: 'Try again later',
}

type DescribedRoute = {
  method: string
  path: string
  access: Access
  refusals?: readonly ErrorCode[]
}

/** Every refusal that a route may answer, by status, as responses of OpenAPI. */
export function describedRefusals(route: DescribedRoute): Record<number, object> {
  const schema = route.access === 'service' ? oauthProblemSchema : problemSchema
  const content = { 'application/problem+json': { schema } }
  return Object.fromEntries(
    statusesOf(route).map((status) => [status, { description: meanings[status], headers: headersOf(status), content }]),
  )
}

function statusesOf({ method, path, access, refusals = [] }: DescribedRoute): number[] {
  const statuses = new Set<number>([400, 429, 500, 503])
  if (access !== 'anybody') statuses.add(401)
  // A right or a second factor is missing, or a request with cookies may be forged.
  if (access !== 'anybody' && access !== 'service') statuses.add(403)
  if (method !== 'GET') for (const status of [413, 415]) statuses.add(status)
  if (path.includes(':')) statuses.add(404)
  for (const code of refusals) statuses.add(apiErrors[code].status)
  return [...statuses].sort((one, other) => one - other)
}

function headersOf(status: number): Record<string, object> {
  if (status === 401) return { 'www-authenticate': { type: 'string', description: 'RFC 6750 §3' } }
  if (status === 429 || status === 503) return { 'retry-after': { type: 'string', description: 'In seconds' } }
  return {}
}
