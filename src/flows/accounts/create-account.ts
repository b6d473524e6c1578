import type { NewAccount } from '../../accounts/account.ts'
import { setEmailVerified } from '../../accounts/account-change-store.ts'
import { usernameFaults } from '../../accounts/account-fields.ts'
import { createAccount, findAccountByUsername } from '../../accounts/account-store.ts'
import { emailKey, normalizeEmailDomain } from '../../accounts/email-address.ts'
import type { Profile } from '../../accounts/profile.ts'
import { normalizeUsername } from '../../accounts/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, type FieldFault, refuseFaults } from '../../errors.ts'
import { setPasswordHash } from '../../passwords/password-store.ts'
import { actingAdministrator } from '../rights/acting-administrator.ts'
import type { Caller } from '../rights/actor.ts'
import { type Grants, grant, grantFaults } from '../rights/grants.ts'
import type { AccountAdministrationParts } from './account-administration-parts.ts'
import { type AccountDetails, readDetails } from './account-details.ts'
import { deactivate } from './deactivate.ts'
import { memberFaults, newPasswordFaults, profileFaults } from './field-faults.ts'

/** What an account is made of by an administrator. */
type AccountToCreate = Omit<NewAccount, 'profile'> &
  Grants & {
    /** Undefined: nobody can log in with one until it is set. */
    password: string | undefined
    isEmailVerified: boolean
    isActive: boolean
    /** Undefined: empty, whatever fields are required of those who register themselves. */
    profile: Profile | undefined
  }

export type CreateAccountByAdministrator = (
  wanted: AccountToCreate,
  caller: Caller,
  origin: RequestOrigin,
) => Promise<AccountDetails>

/**
 * Makes an account: with `accounts.add`, and only by superusers if it is to have rights.
 *
 * @throws AuthError `permission_denied`, `recent_login_required`, `invalid_fields`, `overloaded`
 */
export function createCreateAccount(parts: AccountAdministrationParts): CreateAccountByAdministrator {
  const { database, clock, passwords, checkNewPassword, usernameRule, profileRule, rights, checkRecentLogin } = parts

  async function findFaults(account: NewAccount, wanted: AccountToCreate): Promise<FieldFault[]> {
    const isTaken = (await findAccountByUsername(database.read, account.username, usernameRule)) !== undefined
    const { email } = account
    const { password } = wanted
    return [
      ...usernameFaults(account.username, usernameRule, isTaken).map((fault) => ({ field: 'username', ...fault })),
      ...(email !== '' && emailKey(email) === undefined ? [{ field: 'email', fault: 'invalid_email' }] : []),
      ...profileFaults(account),
      ...(password === undefined ? [] : await newPasswordFaults(checkNewPassword, password, account)),
      ...(await grantFaults(database.read, wanted)),
    ]
  }

  return async (wanted, caller, origin) => {
    const now = clock.now()
    const profile = wanted.profile === undefined ? undefined : profileRule.change({}, wanted.profile)
    const account = {
      ...wanted,
      username: normalizeUsername(wanted.username),
      email: normalizeEmailDomain(wanted.email),
      profile: profile?.kind === 'changed' ? profile.profile : {},
    }
    const { isStaff, isSuperuser, groups = [], permissions = [] } = wanted
    const hasRights = isStaff || isSuperuser || groups.length + permissions.length > 0
    if (hasRights && !caller.account.isSuperuser) throw new AuthError('permission_denied', { detail: 'grants rights' })
    if (hasRights) await checkRecentLogin(caller)
    const faults = [
      ...(await findFaults(account, wanted)),
      ...(profile?.kind === 'refused' ? memberFaults(profile.faults) : []),
    ]
    refuseFaults(faults)
    const hash = wanted.password === undefined ? undefined : await passwords.hash(wanted.password)
    return database.inTransaction(async (tx) => {
      await actingAdministrator(tx, caller, hasRights ? 'superuser' : 'accounts.add')
      const created = await createAccount(tx, account, usernameRule, now)
      // Thrown, so that nothing is kept: somebody was quicker, or a group is gone since it was looked for.
      if (created === undefined) throw refusal([{ field: 'username', fault: 'username_taken' }])
      const missing = await grantFaults(tx, wanted)
      if (missing.length > 0) throw refusal(missing)
      const actor = actingAccount(caller.account.id, origin)
      const { id } = created
      await recordEvent(tx, now, 'account.created', { accountId: id, origin: actor })
      if (hash !== undefined) await setPasswordHash(tx, id, hash, now)
      if (wanted.isEmailVerified && created.email !== '') await setEmailVerified(tx, id, now)
      if (isStaff || isSuperuser) {
        await recordEvent(tx, now, 'account.rights_changed', { accountId: id, isStaff, isSuperuser, origin: actor })
      }
      await grant(tx, id, wanted, actor, now)
      if (!wanted.isActive) {
        await deactivate(tx, id, now)
        await recordEvent(tx, now, 'account.deactivated', { accountId: id, origin: actor })
      }
      return readDetails(tx, rights, id)
    })
  }
}

function refusal(faults: readonly FieldFault[]): AuthError {
  return new AuthError('invalid_fields', { faults })
}
