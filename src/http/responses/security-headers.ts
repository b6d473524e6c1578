/**
 * Headers of every response: browsers may not sniff, frame, cache or embed it, or pass its address on. Almost all
 * responses contain tokens or personal data, so all of them have `no-store` (RFC 9111 §5.2.2.5).
 *
 * @param publicUrl HSTS is only sent if clients reach the server by https
 * @param includesSubdomains whether HSTS also applies to the hosts below
 */
export function securityHeaders(publicUrl: string, includesSubdomains: boolean): Record<string, string> {
  const hsts = `max-age=31536000${includesSubdomains ? '; includeSubDomains' : ''}`
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': hsts }),
  }
}
