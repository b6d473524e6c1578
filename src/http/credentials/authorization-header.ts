import type { FastifyRequest } from 'fastify'

/** The content of an `Authorization` header. Only its form is checked. */
type PresentedCredentials = { kind: 'none' } | { kind: 'malformed' } | { kind: 'token'; token: string }

/**
 * Reads a bearer token (RFC 6750 §2.1): one of the configured schemes, and exactly one word after it. Another scheme
 * counts as no header at all. Words are separated by ASCII white space only.
 *
 * @param spelling `any-case`: a scheme is the same in upper and lower case (RFC 9110 §11.1). `exact`: only as configured,
 *   as SimpleJWT reads it
 */
export function readAuthorization(
  header: string | undefined,
  schemes: readonly string[],
  spelling: 'any-case' | 'exact',
): PresentedCredentials {
  if (header === undefined) return { kind: 'none' }
  const words = wordsOf(header)
  const [scheme, token] = words
  if (scheme === undefined) return { kind: 'none' }
  const isKnown =
    spelling === 'exact'
      ? schemes.includes(scheme)
      : schemes.some((known) => known.toLowerCase() === scheme.toLowerCase())
  if (!isKnown) return { kind: 'none' }
  if (token === undefined || words.length !== 2) return { kind: 'malformed' }
  return { kind: 'token', token }
}

/** The words of a header, between ASCII white space. */
function wordsOf(header: string): string[] {
  return header.split(/[ \t\v\f\r\n]+/).filter((word) => word !== '')
}

/** The content of an `Authorization` header with a key. `malformed`: the scheme is not followed by exactly one word. */
type PresentedKey = { kind: 'none' } | { kind: 'malformed'; isEmpty: boolean } | { kind: 'key'; key: string }

/**
 * Reads a key, as Django REST framework does: the word `Token` in any case, and the key. Any other word counts as no
 * header at all.
 */
export function readKeyHeader(header: string | undefined): PresentedKey {
  const [scheme, key, ...rest] = wordsOf(header ?? '')
  if (scheme?.toLowerCase() !== 'token') return { kind: 'none' }
  if (key === undefined || rest.length > 0) return { kind: 'malformed', isEmpty: key === undefined }
  return { kind: 'key', key }
}

/** The header that AUTH_HEADER_NAME names. If it comes twice, the values are joined, so they are not a valid token. */
export function readTokenHeader({ headers }: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
