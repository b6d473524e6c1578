/** What an `Authorization` header says. Only its form is looked at. */
type PresentedCredentials = { kind: 'none' } | { kind: 'malformed' } | { kind: 'token'; token: string }

/**
 * Reads a bearer token (RFC 6750 §2.1): a scheme that is spelled as configured, and exactly one word behind it. Another
 * scheme counts as no header at all. Words are separated by ASCII white space only.
 */
export function readAuthorization(header: string | undefined, schemes: readonly string[]): PresentedCredentials {
  if (header === undefined) return { kind: 'none' }
  const words = header.split(/[ \t\v\f\r\n]+/).filter((word) => word !== '')
  const [scheme, token] = words
  if (scheme === undefined || !schemes.includes(scheme)) return { kind: 'none' }
  if (token === undefined || words.length !== 2) return { kind: 'malformed' }
  return { kind: 'token', token }
}
