import { AuthError, refuseFaults } from '../../../errors.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../storage/database.ts'
import type { ApplyToBatch } from '../../bulk/apply-to-batch.ts'
import { applyToOne } from '../../bulk/apply-to-one.ts'
import type { SecurityNotices } from '../../mail/security-notices/notices.ts'
import type { Manager } from '../../rights/actor.ts'
import { admit, findOther } from '../../rights/authority.ts'
import { newPasswordFaults } from '../field-faults.ts'
import { getAccount } from '../get-account.ts'
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
  outbox: Pick<Outbox, 'wake'>
  applyToBatch: ApplyToBatch
}

export function createAccountPasswords(parts: AccountPasswordParts): AccountPasswords {
  const { database, clock, passwords, checkNewPassword, notices, outbox, applyToBatch } = parts
  return {
    async set(id, password, manager) {
      const owner = await getAccount(database.read, id, 'not_found')
      refuseFaults(await newPasswordFaults(checkNewPassword, password, owner))
      const hash = await passwords.hash(password)
      const now = clock.now()
      await database.inTransaction(async (tx) => {
        const by = await admit(tx, manager, 'accounts.change')
        const account = await findOther(tx, by, id)
        const change = { account, hash, by: 'changed', ends: 'all' } as const
        if (!(await replacePassword(tx, change, manager, notices, now))) throw new AuthError('not_found')
      })
      outbox.wake()
    },
    forceReset: (id, manager) => applyToOne(applyToBatch, { kind: 'force_password_reset' }, id, manager),
    mailResetLink: (id, manager) => applyToOne(applyToBatch, { kind: 'mail_reset_link' }, id, manager),
  }
}
