import type { AuditOrigin } from './events.ts'

/** Where a request comes from. It is kept with sessions and in the audit log, and never trusted. */
export type RequestOrigin = Pick<AuditOrigin, 'address' | 'userAgent'>

/** The longest user agent that is kept, in UTF-16 units. */
export const USER_AGENT_LIMIT = 512

/** Says in the audit log that this account acts. */
export function actingAccount(accountId: number, { address, userAgent }: RequestOrigin): AuditOrigin {
  return { actor: { accountId }, address, userAgent }
}

/** Says in the audit log that somebody acts who has not proven who they are. */
export function actingStranger({ address, userAgent }: RequestOrigin): AuditOrigin {
  return { actor: 'anonymous', address, userAgent }
}
