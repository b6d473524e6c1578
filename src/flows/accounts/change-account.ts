import type { Account } from '../../accounts/account.ts'
import {
  type AccountData,
  changeProfile,
  rewriteAccount,
  setEmailVerified,
} from '../../accounts/account-change-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { emailKey, isEmailAddress } from '../../accounts/names/email-address.ts'
import { type PhoneRule, phoneKey } from '../../accounts/names/phone-number.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import type { Profile, ProfileRule } from '../../accounts/profile/profile.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, type FieldFault, fieldRefusal, refuseFaults } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Clock } from '../../platform/clock.ts'
import { isUniqueViolation } from '../../storage/constraint-violation.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { type AddressRule, mayConfirm } from '../mail/confirm-address.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf, type Manager, type Owner } from '../rights/actor.ts'
import { admit, findAdministered, mayGrantRights, refuseOwnAccount } from '../rights/authority.ts'
import { grantFaults } from '../rights/grants.ts'
import type { CheckRecentLogin } from '../sessions/check-recent-login.ts'
import { memberFaults, nameFaults, phoneFieldFaults, usernameFieldFaults } from './field-faults.ts'
import { getAccount } from './get-account.ts'
import { awaitNameTurn, isPhoneTaken, isUsernameTaken } from './names/name-taken.ts'
import { replaceAddress } from './replace-address.ts'
import { giveStanding } from './standing.ts'
import { differences, isOwnersChange, type WantedAccount } from './wanted-account.ts'

/** The fields that are simply overwritten, by their names in requests. */
const plainFields = {
  username: 'username',
  phone_number: 'phoneNumber',
  first_name: 'firstName',
  last_name: 'lastName',
  locale: 'locale',
} as const
const rewritten = [...Object.values(plainFields), 'isStaff', 'isSuperuser'] as const

/**
 * Changes an account. Every change of names, numbers, address, profile, state and rights is made here. A field that
 * already has the wanted value is not a change and needs no right. If two actors change different things at once, both
 * succeed. Owners change their names, phone number and profile. Administrators need `accounts.change`. Changing rights
 * requires a superuser and, like a new address, a recent login.
 *
 * @param also receives the changed account and the names of its changed fields, as in requests
 * @returns whether anything changed
 * @throws AuthError `not_found`, `permission_denied`, `recent_login_required`, `own_account`, `invalid_fields`,
 *   `address_taken`; for owners `account_not_found`
 */
export type ChangeAccount = (
  id: number,
  wanted: WantedAccount,
  actor: Owner | Manager,
  also?: AlsoChange,
) => Promise<boolean>

/** Further statements for the same transaction, if anything has changed. */
type AlsoChange = (tx: Transaction, account: Account, fields: readonly string[], now: number) => Promise<void>

type ChangeAccountParts = {
  database: Database
  clock: Clock
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  profileRule: ProfileRule
  notices: Pick<SecurityNotices, 'emailChanged'>
  outbox: Pick<Outbox, 'wake'>
  checkRecentLogin: CheckRecentLogin
  /** USERNAME_FIELD=email: a name that is the address changes with it. */
  isAddressName: boolean
  settings: AddressRule
}

export function createChangeAccount(parts: ChangeAccountParts): ChangeAccount {
  const { database, clock, usernameRule, phoneRule, profileRule, outbox, checkRecentLogin, settings } = parts

  async function findFaults(
    tx: Transaction,
    account: Account,
    wanted: WantedAccount,
    { isEmailAsTyped = false, mayHaveUnseen = false }: WantedAccount,
  ): Promise<FieldFault[]> {
    const { firstName = '', lastName = '', phoneNumber } = wanted
    const faults = [...nameFaults({ firstName, lastName }), ...(await grantFaults(tx, wanted))]
    // If two accounts want one number at the same moment, one gets it.
    await awaitNameTurn(tx, wanted, phoneRule)
    if (phoneNumber !== undefined) {
      const isTaken = await isPhoneTaken(tx, phoneNumber, phoneRule, account.id)
      faults.push(...phoneFieldFaults(phoneNumber, phoneRule, isTaken))
    }
    if (wanted.username !== undefined) {
      const isTaken = await isUsernameTaken(tx, wanted.username, { usernameRule, phoneRule }, account.id)
      faults.push(...usernameFieldFaults(wanted.username, usernameRule, isTaken))
    }
    const { email } = wanted
    if (email !== undefined && email !== '' && !(isEmailAsTyped ? isEmailAddress(email) : emailKey(email))) {
      faults.push({ field: 'email', fault: 'invalid_email' })
    }
    const profile = wanted.profile && profileRule.change(account.profile, wanted.profile)
    if (profile?.kind === 'refused') faults.push(...memberFaults(profile.faults))
    return mayHaveUnseen ? faults.filter(({ fault }) => fault !== 'invisible_character') : faults
  }

  /** @returns the names of the changed fields, as in requests */
  async function apply(tx: Transaction, account: Account, wanted: WantedAccount, now: number): Promise<string[]> {
    const { id } = account
    const data: Partial<AccountData> = Object.fromEntries(
      rewritten.filter((name) => wanted[name] !== undefined).map((name) => [name, wanted[name]]),
    )
    if (data.phoneNumber !== undefined) data.phoneKey = phoneKey(data.phoneNumber, phoneRule.region) ?? ''
    if (Object.keys(data).length > 0) await rewriteAccount(tx, id, data, usernameRule)
    const fields = Object.entries(plainFields).flatMap(([field, name]) => (wanted[name] === undefined ? [] : [field]))
    if (wanted.email !== undefined) {
      // An address that somebody typed is unconfirmed.
      const change = { email: wanted.email, verifiedAt: undefined }
      if ((await replaceAddress(tx, account, change, parts, now)) === undefined) throw new AuthError('not_found')
      fields.push('email')
    }
    if (wanted.isEmailVerified !== undefined) {
      const { email = account.email, isEmailVerified } = wanted
      if (isEmailVerified && !(await mayConfirm(tx, id, email, settings))) throw new AuthError('address_taken')
      await setEmailVerified(tx, id, wanted.isEmailVerified ? now : undefined)
      fields.push('email_verified')
    }
    if (wanted.profile !== undefined && (await replaceProfile(tx, id, wanted.profile))) fields.push('profile')
    return fields
  }

  /** Repeated if another request was faster, so that its change survives. */
  async function replaceProfile(tx: Transaction, id: number, members: Profile): Promise<boolean> {
    for (;;) {
      const account = await getAccount(tx, id, 'not_found')
      const change = profileRule.change(account.profile, members)
      if (change.kind === 'refused') throw new AuthError('invalid_fields', { faults: memberFaults(change.faults) })
      if (JSON.stringify(change.profile) === JSON.stringify(account.profile)) return false
      if (await changeProfile(tx, account, change.profile)) return true
    }
  }

  async function changeIn(
    tx: Transaction,
    id: number,
    typed: WantedAccount,
    actor: Owner | Manager,
    staleLogin: unknown,
    also: AlsoChange | undefined,
  ): Promise<boolean> {
    const now = clock.now()
    const { account, wanted } =
      actor.kind === 'owner'
        ? await admitOwner(tx, id, typed, actor)
        : await admitManager(tx, id, typed, actor, staleLogin)
    refuseFaults(await findFaults(tx, account, wanted, typed))

    const origin = auditOriginOf(actor)
    const fields = await apply(tx, account, wanted, now)
    if (fields.length > 0) await recordEvent(tx, now, 'account.changed', { accountId: id, fields, origin })
    await giveStanding(tx, account, wanted, origin, now)
    if (also !== undefined && fields.length > 0) {
      const current = await findAccount(tx, id)
      if (current !== undefined) await also(tx, current, fields, now)
    }
    const { profile: _, ...others } = wanted
    return fields.length > 0 || Object.values(others).some((value) => value !== undefined)
  }

  return async (id, wanted, actor, also) => {
    const staleLogin: unknown =
      actor.kind === 'administrator' && !actor.isStaffEnough
        ? await checkRecentLogin(actor.caller).catch((error: unknown) => error)
        : undefined
    try {
      const isChanged = await database.inTransaction((tx) => changeIn(tx, id, wanted, actor, staleLogin, also))
      outbox.wake()
      return isChanged
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      // With USERNAME_FIELD=email, the username follows the address.
      if (parts.isAddressName && wanted.username === undefined) throw new AuthError('address_taken', { cause: error })
      throw fieldRefusal('username', 'username_taken', error)
    }
  }
}

/** The fields that an actor may change, and the current account. */
type Admitted = { account: Account; wanted: WantedAccount }

async function admitOwner(tx: Transaction, id: number, typed: WantedAccount, owner: Owner): Promise<Admitted> {
  const account = await getAccount(tx, id, 'account_not_found')
  const wanted = await differences(tx, account, typed)
  if (!isOwnersChange(wanted, owner.mayChangeAddress))
    throw new AuthError('permission_denied', { detail: 'owners change only their data' })
  return { account, wanted }
}

/** @param staleLogin why the login is not recent; undefined: it is recent */
async function admitManager(
  tx: Transaction,
  id: number,
  typed: WantedAccount,
  manager: Manager,
  staleLogin: unknown,
): Promise<Admitted> {
  const by = await admit(tx, manager, 'accounts.change')
  const account = await findAdministered(tx, by, id)
  const wanted = await differences(tx, account, typed)
  const { isStaff, isSuperuser, groups, permissions } = wanted
  const isAboutRights = [isStaff, isSuperuser, groups, permissions].some((right) => right !== undefined)
  if (isAboutRights && !mayGrantRights(by)) throw new AuthError('permission_denied', { detail: 'grants rights' })
  const isAboutIdentity = [isStaff, isSuperuser, wanted.isActive, wanted.email, wanted.isEmailVerified]
  if (isAboutIdentity.some((field) => field !== undefined)) refuseOwnAccount(by, account)
  // Anyone who sets the address can have a password reset mailed to it.
  if ((isAboutRights || wanted.email !== undefined) && staleLogin !== undefined) throw staleLogin
  return { account, wanted }
}
