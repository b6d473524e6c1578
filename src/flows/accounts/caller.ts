import type { Account } from '../../accounts/account.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { Session } from '../../sessions/session.ts'

/** Who makes a request, as proven by an access token. */
export type Caller = {
  account: Account
  /** The session of the token; undefined where sessions are not looked at and the token names none. */
  sessionId: string | undefined
  session: Session | undefined
}

/** Where a request comes from: kept with sessions and in the audit log, never trusted. */
export type RequestOrigin = Pick<AuditOrigin, 'address' | 'userAgent'>

/** The same for the audit log, when the account is known that acts. */
export function actingAccount(accountId: number, origin: RequestOrigin): AuditOrigin {
  return { actor: { accountId }, ...origin }
}

/** The same for the audit log, when nobody has proven who they are. */
export function actingStranger(origin: RequestOrigin): AuditOrigin {
  return { actor: 'anonymous', ...origin }
}

/** The longest user agent that is kept, in UTF-16 units. */
export const USER_AGENT_LIMIT = 512
