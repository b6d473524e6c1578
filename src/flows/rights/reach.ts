import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import { mayAdminister } from '../../permissions/administration-policy.ts'
import { findPermissions } from '../../permissions/grant-store.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Caller } from './actor.ts'

/**
 * Whose sessions an administrator may end: those of accounts that they could bar from use as well. Nothing is refused
 * about accounts that are gone.
 */
export type Reach = {
  /** @throws AuthError `permission_denied` */
  checkAccount(caller: Caller, accountId: number): Promise<void>
  /** The same for the account of a session. @throws AuthError `permission_denied` */
  checkSession(caller: Caller, sessionId: string): Promise<void>
}

export function createReach({ database }: { database: Database }): Reach {
  async function checkAccount({ account: actor }: Caller, accountId: number): Promise<void> {
    if (actor.isSuperuser) return
    const account = await findAccount(database.read, accountId)
    if (account === undefined) return
    const target = { account, permissions: await findPermissions(database.read, accountId) }
    const holder = { account: actor, permissions: await findPermissions(database.read, actor.id) }
    if (!mayAdminister(holder, target))
      throw new AuthError('permission_denied', { detail: 'the account has more rights than the caller' })
  }

  return {
    checkAccount,
    async checkSession(caller, sessionId) {
      const session = await findSession(database.read, sessionId)
      if (session !== undefined) await checkAccount(caller, session.accountId)
    },
  }
}
