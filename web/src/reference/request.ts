import { addressOf } from '../site/address.ts'
import type { Operation } from './openapi.ts'

/** How a request says who sends it. `session`: with the cookies of the user who is signed in to these pages. */
export type Credentials =
  | { kind: 'session' }
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  | { kind: 'service'; name: string; secret: string }

/** What was typed, as strings: empty ones are left out. */
type Typed = { parameters: Readonly<Record<string, string>>; body: string }

/** A request that is ready to be sent. */
type Prepared = { url: string; method: string; headers: Record<string, string>; body: string | undefined }

/** What came back. */
export type Received = { status: number; statusText: string; ms: number; headers: [string, string][]; text: string }

/** Builds a request from what was typed. */
export function prepare(operation: Operation, { parameters, body }: Typed, credentials: Credentials): Prepared {
  const typed = (place: string) =>
    operation.parameters.filter((one) => one.in === place && (parameters[`${place}:${one.name}`] ?? '') !== '')
  let path = operation.path
  for (const { name } of operation.parameters.filter((one) => one.in === 'path')) {
    path = path.replace(`{${name}}`, encodeURIComponent(parameters[`path:${name}`] ?? '') || `{${name}}`)
  }
  const query = new URLSearchParams(typed('query').map(({ name }) => [name, parameters[`query:${name}`] ?? '']))
  const hasBody = operation.body !== undefined && body.trim() !== ''
  return {
    url: addressOf(path) + (query.size > 0 ? `?${query}` : ''),
    method: operation.method,
    headers: {
      accept: 'application/json',
      ...(hasBody && { 'content-type': 'application/json' }),
      ...authorization(credentials),
      // With cookies, a request may change something only if a script of an allowed page sent it.
      ...(credentials.kind === 'session' && operation.method !== 'GET' && { 'x-latchkey-csrf': '1' }),
    },
    body: hasBody ? body : undefined,
  }
}

function authorization(credentials: Credentials): Record<string, string> {
  if (credentials.kind === 'token' && credentials.token !== '') return { authorization: `Bearer ${credentials.token}` }
  if (credentials.kind !== 'service') return {}
  const bytes = new TextEncoder().encode(`${credentials.name}:${credentials.secret}`)
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` }
}

/**
 * Sends a request just as it is: for the classic contract too, and without these pages' own client, which would
 * refresh tokens and hide refusals.
 *
 * @throws TypeError if there is no response
 */
export async function send({ url, method, headers, body }: Prepared, credentials: Credentials): Promise<Received> {
  const begun = performance.now()
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body }),
    credentials: credentials.kind === 'session' ? 'same-origin' : 'omit',
    redirect: 'manual',
  })
  const text = await response.text()
  return {
    status: response.status,
    statusText: response.statusText,
    ms: Math.round(performance.now() - begun),
    headers: [...response.headers],
    text: indented(text),
  }
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

/** The same request for a terminal. A browser's session cannot be used there, so a placeholder takes its place. */
export function asCurl({ url, method, headers, body }: Prepared, credentials: Credentials): string {
  const shown = { ...headers }
  if (credentials.kind === 'session') {
    delete shown['x-latchkey-csrf']
    shown.authorization = 'Bearer $TOKEN'
  }
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${location.origin}${url}'`,
    ...Object.entries(shown)
      .filter(([name]) => name !== 'accept')
      .map(([name, value]) => `-H ${value.includes('$TOKEN') ? `"${name}: ${value}"` : quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
  ]
  return lines.join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The access token in the response to a login, of either contract. */
export function tokenIn(text: string): string | undefined {
  try {
    const answer = JSON.parse(text) as { access_token?: unknown; access?: unknown }
    const token = answer.access_token ?? answer.access
    return typeof token === 'string' ? token : undefined
  } catch {
    return undefined
  }
}
