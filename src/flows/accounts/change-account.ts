import type { Account } from '../../accounts/account.ts'
import {
  type AccountData,
  changeProfile,
  rewriteAccount,
  setEmailVerified,
} from '../../accounts/account-change-store.ts'
import { changeEmail } from '../../accounts/account-email-store.ts'
import { usernameFaults } from '../../accounts/account-fields.ts'
import { activateAccount, findAccount, findAccountByUsername } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/email-address.ts'
import type { Profile } from '../../accounts/profile.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, type FieldFault, fieldRefusal, refuseFaults } from '../../errors.ts'
import type { Holder } from '../../permissions/administration-policy.ts'
import { isUniqueViolation } from '../../storage/constraint-violation.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { actingAdministrator, findAdministered, refuseOwnAccount } from '../rights/acting-administrator.ts'
import type { Caller } from '../rights/actor.ts'
import { grant, grantFaults } from '../rights/grants.ts'
import type { AccountAdministrationParts } from './account-administration-parts.ts'
import { type AccountDetails, readDetails } from './account-details.ts'
import { deactivate } from './deactivate.ts'
import { memberFaults, profileFaults } from './field-faults.ts'
import { differences, type WantedAccount } from './wanted-account.ts'

/** The fields of a request that are simply rewritten, by the names requests have for them. */
const plainFields = {
  username: 'username',
  phone_number: 'phoneNumber',
  first_name: 'firstName',
  last_name: 'lastName',
} as const
const rewritten = [...Object.values(plainFields), 'isStaff', 'isSuperuser'] as const

/** Who makes a change; and why not, should it be one that takes a recent login. */
type ChangeBy = { caller: Caller; staleLogin: unknown; origin: AuditOrigin }

export type ChangeAccountByAdministrator = (
  id: number,
  wanted: WantedAccount,
  caller: Caller,
  origin: RequestOrigin,
) => Promise<AccountDetails>

/**
 * Changes an account: with `accounts.change`, and only by superusers where it is about rights. What is already so is no
 * change and takes no right. Of two who change different things at once both are heard.
 *
 * @throws AuthError `not_found`, `permission_denied`, `recent_login_required`, `own_account`, `invalid_fields`
 */
export function createChangeAccount(parts: AccountAdministrationParts): ChangeAccountByAdministrator {
  const { database, clock, usernameRule, profileRule, notices, outbox, rights, checkRecentLogin } = parts

  async function findFaults(tx: Queryable, { account }: Holder, wanted: WantedAccount): Promise<FieldFault[]> {
    const { firstName = '', lastName = '', phoneNumber = '' } = wanted
    const faults = [...profileFaults({ firstName, lastName, phoneNumber }), ...(await grantFaults(tx, wanted))]
    if (wanted.username !== undefined) {
      const namesake = await findAccountByUsername(tx, wanted.username, usernameRule)
      const isTaken = namesake !== undefined && namesake.id !== account.id
      const found = usernameFaults(wanted.username, usernameRule, isTaken)
      faults.push(...found.map((fault) => ({ field: 'username', ...fault })))
    }
    if (wanted.email !== undefined && wanted.email !== '' && emailKey(wanted.email) === undefined) {
      faults.push({ field: 'email', fault: 'invalid_email' })
    }
    const profile = wanted.profile && profileRule.change(account.profile, wanted.profile)
    if (profile?.kind === 'refused') faults.push(...memberFaults(profile.faults))
    return faults
  }

  /** @returns the names of the fields that changed, as requests call them */
  async function apply(tx: Queryable, { account }: Holder, wanted: WantedAccount, now: number): Promise<string[]> {
    const { id } = account
    const data: Partial<AccountData> = Object.fromEntries(
      rewritten.filter((name) => wanted[name] !== undefined).map((name) => [name, wanted[name]]),
    )
    if (Object.keys(data).length > 0) await rewriteAccount(tx, id, data, usernameRule)
    const fields = Object.entries(plainFields).flatMap(([field, name]) => (wanted[name] === undefined ? [] : [field]))
    if (wanted.email !== undefined) {
      await replaceEmail(tx, account, wanted.email, now)
      fields.push('email')
    }
    if (wanted.isEmailVerified !== undefined) {
      await setEmailVerified(tx, id, wanted.isEmailVerified ? now : undefined)
      fields.push('email_verified')
    }
    if (wanted.profile !== undefined && (await replaceProfile(tx, id, wanted.profile))) fields.push('profile')
    return fields
  }

  /** An address that an administrator has typed is not proven. */
  async function replaceEmail(tx: Queryable, account: Account, email: string, now: number): Promise<void> {
    let current: Account | undefined = account
    while (current !== undefined && !(await changeEmail(tx, current, email, undefined))) {
      current = await findAccount(tx, account.id)
    }
    if (current === undefined) throw new AuthError('not_found')
    await notices.emailChanged(tx, current, email, now)
  }

  /** Again, if the owner was quicker, so that what they changed in it stays. */
  async function replaceProfile(tx: Queryable, id: number, members: Profile): Promise<boolean> {
    for (;;) {
      const account = await findAccount(tx, id)
      if (account === undefined) throw new AuthError('not_found')
      const change = profileRule.change(account.profile, members)
      if (change.kind === 'refused') throw new AuthError('invalid_fields', { faults: memberFaults(change.faults) })
      if (JSON.stringify(change.profile) === JSON.stringify(account.profile)) return false
      if (await changeProfile(tx, account, change.profile)) return true
    }
  }

  async function setActive(
    tx: Queryable,
    id: number,
    active: boolean,
    origin: AuditOrigin,
    now: number,
  ): Promise<void> {
    const isChanged = active ? await activateAccount(tx, id) : await deactivate(tx, id, now)
    if (!isChanged) return
    await recordEvent(tx, now, active ? 'account.activated' : 'account.deactivated', { accountId: id, origin })
  }

  async function changeIn(
    tx: Queryable,
    id: number,
    typed: WantedAccount,
    { caller, staleLogin, origin }: ChangeBy,
  ): Promise<AccountDetails> {
    const now = clock.now()
    const actor = await actingAdministrator(tx, caller, 'accounts.change')
    const target = await findAdministered(tx, actor, id)
    const wanted = await differences(tx, target.account, typed)
    const { isStaff, isSuperuser, groups, permissions } = wanted
    const isAboutRights = [isStaff, isSuperuser, groups, permissions].some((right) => right !== undefined)
    if (isAboutRights && !actor.account.isSuperuser) {
      throw new AuthError('permission_denied', { detail: 'grants rights' })
    }
    const isAboutIdentity = [isStaff, isSuperuser, wanted.isActive, wanted.email, wanted.isEmailVerified]
    if (isAboutIdentity.some((field) => field !== undefined)) refuseOwnAccount(actor, target)
    // Whoever chooses the address can have a new password sent to it.
    if ((isAboutRights || wanted.email !== undefined) && staleLogin !== undefined) throw staleLogin
    const faults = await findFaults(tx, target, wanted)
    refuseFaults(faults)

    const fields = await apply(tx, target, wanted, now)
    if (fields.length > 0) await recordEvent(tx, now, 'account.changed', { accountId: id, fields, origin })
    if (isStaff !== undefined || isSuperuser !== undefined) {
      const flags = {
        isStaff: isStaff ?? target.account.isStaff,
        isSuperuser: isSuperuser ?? target.account.isSuperuser,
      }
      await recordEvent(tx, now, 'account.rights_changed', { accountId: id, ...flags, origin })
    }
    await grant(tx, id, wanted, origin, now)
    if (wanted.isActive !== undefined) await setActive(tx, id, wanted.isActive, origin, now)
    return readDetails(tx, rights, id)
  }

  return async (id, wanted, caller, origin) => {
    const staleLogin: unknown = await checkRecentLogin(caller).catch((error: unknown) => error)
    const by = { caller, staleLogin, origin: actingAccount(caller.account.id, origin) }
    try {
      const details = await database.inTransaction((tx) => changeIn(tx, id, wanted, by))
      outbox.wake()
      return details
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw fieldRefusal('username', 'username_taken', error)
    }
  }
}
