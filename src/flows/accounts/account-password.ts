import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, refuseFaults } from '../../errors.ts'
import { removePasswordHash } from '../../passwords/password-store.ts'
import type { SessionEndReason } from '../../sessions/session.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { requestMailFor } from '../mail/mail-requests.ts'
import { actingAdministrator, findAdministered, refuseOwnAccount } from '../rights/acting-administrator.ts'
import type { Caller } from '../rights/actor.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'
import type { AccountAdministrationParts } from './account-administration-parts.ts'
import { newPasswordFaults } from './field-faults.ts'
import { insistOnCredentialsChange, replacePassword } from './replace-password.ts'

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
    apply: (tx: Queryable, account: Account, acting: AuditOrigin, now: number) => Promise<void>,
  ): Promise<void> {
    const now = clock.now()
    await database.inTransaction(async (tx) => {
      const actor = await actingAdministrator(tx, caller, 'accounts.change')
      const target = await findAdministered(tx, actor, id)
      refuseOwnAccount(actor, target)
      if ((await insistOnCredentialsChange(tx, target.account)) === undefined) throw new AuthError('not_found')
      const acting = actingAccount(caller.account.id, origin)
      await apply(tx, target.account, acting, now)
      await endAllAndRecord(tx, { accountId: id, reason }, acting, now)
    })
    outbox.wake()
  }

  return {
    async set(id, password, caller, origin) {
      const owner = await findAccount(database.read, id)
      if (owner === undefined) throw new AuthError('not_found')
      const faults = await newPasswordFaults(checkNewPassword, password, owner)
      refuseFaults(faults)
      const hash = await passwords.hash(password)
      await change(id, caller, origin, 'password_changed', (tx, account, acting, now) =>
        replacePassword(tx, account, hash, { notices, origin: acting, now }),
      )
    },
    async forceReset(id, caller, origin) {
      await change(id, caller, origin, 'administrator', async (tx, account, acting, now) => {
        await removePasswordHash(tx, id)
        await recordEvent(tx, now, 'password.removed', { accountId: id, origin: acting })
        await requestMailFor(tx, outbox, 'password-reset', account, now)
      })
    },
  }
}
