import type { AuditOrigin } from './events.ts'

/**
 * Where a request comes from. Latchkey stores it with sessions and in the audit log, and never trusts it. The origin of a
 * web page (RFC 6454) is something else: only settings, `http/` and passkeys know it, as one of the allowed or own origins.
 */
export type RequestOrigin = Pick<AuditOrigin, 'address' | 'userAgent'> & {
  /** The languages that the client prefers, as sent (Accept-Language). Not stored. */
  languages?: string | undefined
}

/** The longest user agent that is stored, in UTF-16 units. */
export const USER_AGENT_LIMIT = 512

/** The actor for the audit log: this account. */
export function actingAccount(accountId: number, { address, userAgent }: RequestOrigin): AuditOrigin {
  return { actor: { accountId }, address, userAgent }
}

/** The actor for the audit log: somebody who has not authenticated. */
export function actingStranger({ address, userAgent }: RequestOrigin): AuditOrigin {
  return { actor: 'anonymous', address, userAgent }
}
