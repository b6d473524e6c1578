import type { Account } from '../../accounts/account.ts'
import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, refuseFaults } from '../../errors.ts'
import { removePasswordHash, setPasswordHash } from '../../passwords/password-store.ts'
import type { SessionEndReason } from '../../sessions/session.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { actingAccount, type Caller, type RequestOrigin } from '../caller.ts'
import { endAllAndRecord } from '../end-session.ts'
import { newPasswordFaults } from '../field-faults.ts'
import { requestMailFor } from '../mail-requests.ts'
import type { AccountAdministrationParts } from './accounts.ts'
import { actingAdministrator, findAdministered, refuseOwnAccount } from './acting-administrator.ts'

/** What administrators do to passwords of others, with `accounts.change`. All sessions of the account end with it. */
export type AccountPasswords = {
  /** Sets a password. @throws AuthError `invalid_fields` if it will not do, `overloaded` */
  set(id: number, password: string, caller: Caller, origin: RequestOrigin): Promise<void>
  /**
   * Takes the password away, so that nobody logs in with it any more, and has a mail sent with which its owner sets
   * another. Without mail or an address one has to be set for them.
   */
  forceReset(id: number, caller: Caller, origin: RequestOrigin): Promise<void>
}

export function createAccountPasswords(parts: AccountAdministrationParts): AccountPasswords {
  const { database, clock, passwords, checkNewPassword, notices, outbox } = parts

  /** Runs a change of the password, and ends what the old one has begun. */
  async function change(
    id: number,
    caller: Caller,
    origin: RequestOrigin,
    reason: SessionEndReason,
    apply: (tx: Queryable, account: Account, now: number) => Promise<void>,
  ): Promise<void> {
    const now = clock.now()
    await database.inTransaction(async (tx) => {
      const actor = await actingAdministrator(tx, caller, 'accounts.change')
      const target = await findAdministered(tx, actor, id)
      refuseOwnAccount(actor, target)
      await claim(tx, target.account)
      await apply(tx, target.account, now)
      const acting = actingAccount(actor.account.id, origin)
      await endAllAndRecord(tx, { accountId: id, reason }, acting, now)
    })
    outbox.wake()
  }

  /** An administrator's word holds whatever else is being changed: read again until nobody else was quicker. */
  async function claim(tx: Queryable, account: Account): Promise<void> {
    let current: Account | undefined = account
    while (current !== undefined && !(await claimCredentialsChange(tx, current))) {
      current = await findAccount(tx, account.id)
    }
    if (current === undefined) throw new AuthError('not_found')
  }

  return {
    async set(id, password, caller, origin) {
      const owner = await findAccount(database.read, id)
      if (owner === undefined) throw new AuthError('not_found')
      const faults = await newPasswordFaults(checkNewPassword, password, owner)
      refuseFaults(faults)
      const hash = await passwords.hash(password)
      await change(id, caller, origin, 'password_changed', async (tx, account, now) => {
        await setPasswordHash(tx, id, hash, now)
        await recordEvent(tx, now, 'password.changed', {
          accountId: id,
          origin: actingAccount(caller.account.id, origin),
        })
        await notices.passwordChanged(tx, account, now)
      })
    },
    async forceReset(id, caller, origin) {
      await change(id, caller, origin, 'administrator', async (tx, account, now) => {
        await removePasswordHash(tx, id)
        await recordEvent(tx, now, 'password.removed', {
          accountId: id,
          origin: actingAccount(caller.account.id, origin),
        })
        await requestMailFor(tx, outbox, 'password-reset', account, now)
      })
    },
  }
}
