import type { Session } from '../sessions/session.ts'
import type { JwtClaims } from './jwt.ts'
import { toNumericDate } from './numeric-date.ts'

/**
 * When and how the user of a session authenticated (OpenID Connect Core §2, RFC 8176): for services that ask for more than a
 * password. `acr` is `2` if several factors or a verified passkey were proven, `1` for one. A session that was carried over
 * from another server has none of them: nobody knows.
 */
export function authenticationClaims({ provenAt, amr }: Pick<Session, 'provenAt' | 'amr'>): JwtClaims {
  if (amr.length === 0) return {}
  return { auth_time: toNumericDate(provenAt), amr, acr: amr.includes('mfa') ? '2' : '1' }
}
