import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError, refuseFaults } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { requestMailFor } from '../mail/mail-requests.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import type { Manager } from '../rights/actor.ts'
import { admit, findAdministered, refuseOwnAccount } from '../rights/authority.ts'
import { removePasswords } from './bulk/remove-passwords.ts'
import { newPasswordFaults } from './field-faults.ts'
import { replacePassword } from './replace-password.ts'

/** What managers do to other users' passwords. An administrator needs `accounts.change`. */
export type AccountPasswords = {
  /**
   * Sets a password, and ends all sessions of the account.
   *
   * @throws AuthError `not_found`, `permission_denied`, `own_account`, `invalid_fields` if the password breaks a rule,
   *   `overloaded`
   */
  set(id: number, password: string, manager: Manager): Promise<void>
  /**
   * Removes the password and ends all sessions. Nobody can log in with a password until a new one is set; a mailed link
   * lets the owner do that. Without mail or an address, an administrator must set one.
   *
   * @throws AuthError `not_found`, `permission_denied`, `own_account`
   */
  forceReset(id: number, manager: Manager): Promise<void>
  /**
   * Mails the owner a link to set a new password. Nothing changes until they use it.
   *
   * @throws AuthError `not_found`, `permission_denied`; `no_mail` if mail is off or the account has no address
   */
  mailResetLink(id: number, manager: Manager): Promise<void>
}

type AccountPasswordParts = {
  database: Database
  clock: Clock
  passwords: Pick<PasswordCheck, 'hash'>
  checkNewPassword: NewPasswordCheck
  notices: Pick<SecurityNotices, 'passwordChanged'>
  outbox: Outbox
}

export function createAccountPasswords(parts: AccountPasswordParts): AccountPasswords {
  const { database, clock, passwords, checkNewPassword, notices, outbox } = parts

  /** @param replace replaces the password; false if the account is gone */
  async function change(
    id: number,
    manager: Manager,
    replace: (tx: Transaction, account: Account, now: number) => Promise<boolean>,
  ): Promise<void> {
    const now = clock.now()
    await database.inTransaction(async (tx) => {
      const by = await admit(tx, manager, 'accounts.change')
      const target = await findAdministered(tx, by, id)
      refuseOwnAccount(by, target)
      if (!(await replace(tx, target.account, now))) throw new AuthError('not_found')
    })
    outbox.wake()
  }

  return {
    async set(id, password, manager) {
      const owner = await findAccount(database.read, id)
      if (owner === undefined) throw new AuthError('not_found')
      refuseFaults(await newPasswordFaults(checkNewPassword, password, owner))
      const hash = await passwords.hash(password)
      await change(id, manager, (tx, account, now) =>
        replacePassword(tx, { account, hash, by: 'changed', ends: 'all' }, manager, notices, now),
      )
    },
    forceReset: (id, manager) =>
      change(id, manager, async (tx, account, now) =>
        (await removePasswords(tx, [account], { manager, outbox }, now)).has(id),
      ),
    async mailResetLink(id, manager) {
      const now = clock.now()
      await database.inTransaction(async (tx) => {
        const by = await admit(tx, manager, 'accounts.change')
        const { account } = await findAdministered(tx, by, id)
        if (!(await requestMailFor(tx, outbox, 'password-reset', account, now))) throw new AuthError('no_mail')
      })
      outbox.wake()
    },
  }
}
