import type { SessionEndReason } from '../sessions/session.ts'
import type { JwtClaims } from './jwt.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type'

/** The events of the feed, by the names of OpenID Shared Signals: CAEP 1.0 §3.1, RISC 1.0 §2.2 and §2.3. */
const securityEventTypes = {
  session_revoked: `${CAEP}/session-revoked`,
  account_disabled: `${RISC}/account-disabled`,
  account_purged: `${RISC}/account-purged`,
} as const

/** Who caused it, in CAEP's terms (§2). */
export type InitiatingEntity = 'admin' | 'user' | 'policy' | 'system'

/** An event after which earlier access tokens are refused. */
export type SecurityEvent = {
  /** The same each time the event is delivered. */
  id: string
  /** Epoch milliseconds. */
  at: number
  initiatingEntity: InitiatingEntity
} /** `uid`: undefined if the account is gone. */ & (
  | { kind: 'session_revoked'; sessionId: string; uid: string | undefined; reason: SessionEndReason }
  | { kind: 'account_disabled' | 'account_purged'; uid: string }
)

/**
 * The claims set of a Security Event Token (RFC 8417 §2.2). Its subject is a `sub_id` (RFC 9493): for a session, the
 * `sid` of its tokens and the account; otherwise the account alone. It has neither `exp` nor `token_type`, so that
 * nothing accepts it as a login token.
 *
 * @param issuer as in access tokens; undefined: none is set, and accounts are named by their bare `uid`s
 */
export function buildSecurityEventClaims(event: SecurityEvent, issuer: string | undefined): JwtClaims {
  const { uid } = event
  const user = issuer === undefined ? { format: 'opaque', id: uid } : { format: 'iss_sub', iss: issuer, sub: uid }
  const isSession = event.kind === 'session_revoked'
  const seconds = Math.floor(event.at / 1000)
  return {
    ...(issuer !== undefined && { iss: issuer }),
    jti: event.id,
    iat: seconds,
    sub_id: isSession
      ? { format: 'complex', session: { format: 'opaque', id: event.sessionId }, ...(uid !== undefined && { user }) }
      : user,
    events: {
      [securityEventTypes[event.kind]]: isSession
        ? {
            event_timestamp: seconds,
            initiating_entity: event.initiatingEntity,
            reason_admin: { en: event.reason },
          }
        : {},
    },
    toe: seconds,
  }
}
