import { recordEvent } from '../../audit/audit-store.ts'
import type { LoginFailure } from '../../audit/events.ts'
import { actingStranger, type RequestOrigin } from '../../audit/origin.ts'
import type { Database } from '../../storage/database.ts'

/** A login that failed. Only the log shows why. */
export type RefusedLogin = { kind: 'refused'; reason: LoginFailure }

/** Records a failed login. */
export async function refuseLogin(
  database: Database,
  accountId: number | undefined,
  reason: LoginFailure,
  origin: RequestOrigin,
  now: number,
): Promise<RefusedLogin> {
  await database.inTransaction((tx) =>
    recordEvent(tx, now, 'login.failed', { accountId, reason, origin: actingStranger(origin) }),
  )
  return { kind: 'refused', reason }
}
