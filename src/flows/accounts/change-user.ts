import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import type { Database } from '../../storage/database.ts'
import type { FrontendLinks } from '../mail/frontend-links/frontend-links.ts'
import type { Caller } from '../rights/actor.ts'
import type { CheckRecentLogin } from '../sessions/check-recent-login.ts'
import type { ChangeAccount } from './change-account.ts'
import type { WantedAccount } from './wanted-account.ts'

/** The fields that PUT and PATCH of a user change. The address is stored as typed. */
type UserChanges = Pick<WantedAccount, 'email' | 'firstName' | 'lastName' | 'phoneNumber' | 'profile'>

/**
 * Changes a user, by the user or by staff, as Django projects do: including the address, without a password. So the
 * login must be recent, unless the contract applies to the letter. A caller who has a second factor must have proven it
 * in this session, for a new address of their own and for any change of somebody else. With SEND_ACTIVATION_EMAIL, a
 * new address makes the account inactive until its owner opens the link that is mailed there.
 *
 * @returns the account as it is now
 * @throws AuthError `not_found`, `permission_denied`, `recent_login_required`, `second_factor_required`,
 *   `invalid_fields`, `account_not_found`
 */
export type ChangeUser = (id: number, changes: UserChanges, caller: Caller, origin: RequestOrigin) => Promise<Account>

type ChangeUserParts = {
  database: Database
  changeAccount: ChangeAccount
  checkRecentLogin: CheckRecentLogin
  frontendLinks: Pick<FrontendLinks, 'awaitActivation'>
  settings: { isStrict: boolean; sendsActivationEmail: boolean }
}

export function createChangeUser(parts: ChangeUserParts): ChangeUser {
  const { database, changeAccount, checkRecentLogin, frontendLinks, settings } = parts
  return async (id, changes, caller, origin) => {
    const before = await findAccount(database.read, id)
    if (before === undefined) throw new AuthError(id === caller.account.id ? 'account_not_found' : 'not_found')
    const isNewAddress = changes.email !== undefined && changes.email !== before.email
    const isOwn = id === caller.account.id
    if (!isOwn) await checkRecentLogin(caller, 'has_factor')
    else if (isNewAddress) await checkRecentLogin(caller, settings.isStrict ? undefined : 'has_factor')
    const actor = isOwn
      ? ({ kind: 'owner', caller, origin, mayChangeAddress: true } as const)
      : ({ kind: 'administrator', caller, origin, isStaffEnough: !settings.isStrict } as const)
    await changeAccount(
      id,
      { ...changes, isEmailAsTyped: true, mayHaveUnseen: !settings.isStrict },
      actor,
      async (tx, account, fields, now) => {
        if (settings.sendsActivationEmail && fields.includes('email')) {
          await frontendLinks.awaitActivation(tx, account, actor, now)
        }
      },
    )
    const account = await findAccount(database.read, id)
    if (account === undefined) throw new AuthError(isOwn ? 'account_not_found' : 'not_found')
    return account
  }
}
