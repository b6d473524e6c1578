import type { Account, NewAccount } from '../../accounts/account.ts'
import { setEmailVerified } from '../../accounts/account-change-store.ts'
import { createAccount } from '../../accounts/account-store.ts'
import { preferredLocale } from '../../accounts/locale.ts'
import { type PhoneRule, phoneKey } from '../../accounts/names/phone-number.ts'
import { newUid, type UidKind } from '../../accounts/names/uid.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, fieldRefusal, refuseFaults } from '../../errors.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import { setPasswordHash } from '../../passwords/password-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { rememberNetwork } from '../../rate-limits/known-network-store.ts'
import { networkOf } from '../../rate-limits/network.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { type AddressRule, mayConfirm } from '../mail/confirm-address.ts'
import { auditOriginOf, type Manager, type Stranger, type Voucher } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import { type Grants, grantFaults } from '../rights/grants.ts'
import { awaitNameTurn, isNumberOfAnother, isPhoneTaken } from './names/name-taken.ts'
import { giveStanding } from './standing.ts'

/** A new account whose fields are checked and in their stored form. */
export type AccountToCreate = NewAccount &
  Grants & {
    /** Undefined: nobody can log in with a password until one is set. */
    password: string | undefined
    /** A hash from another system instead of the password, in Django's form. Only superusers may give one. */
    passwordHash?: string | undefined
    /** Whether its address counts as confirmed. */
    isEmailVerified: boolean
    /** Default: true. */
    isActive?: boolean
  }

/**
 * Who may create accounts: a manager for others, a stranger who registers, or a hook that moves somebody from the
 * previous system.
 */
type Maker = Manager | Stranger | Voucher

/**
 * Creates an account. Every account is created here. An administrator needs `accounts.add`, and must be a superuser to
 * give the account rights. A stranger cannot give rights.
 *
 * @param also further statements for the same transaction. If they throw, there is no account.
 * @returns the account; undefined if its name is taken. If several want one name or number at once, one gets it.
 * @throws AuthError `permission_denied`, `invalid_fields` if a group does not exist or the phone number is taken,
 * `address_taken`, `overloaded`
 */
export type CreateAccount = (
  wanted: AccountToCreate,
  maker: Maker,
  also?: (tx: Transaction, account: Account) => Promise<void>,
) => Promise<Account | undefined>

type CreateAccountParts = {
  database: Database
  clock: Clock
  passwords: Pick<PasswordCheck, 'hash'>
  random: Random
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  settings: AddressRule & { accountUid: UidKind }
}

export function createCreateAccount(parts: CreateAccountParts): CreateAccount {
  const { database, clock, passwords, random, usernameRule, phoneRule, settings } = parts

  async function admitMaker(tx: Transaction, maker: Maker, wanted: AccountToCreate): Promise<void> {
    // Anyone who knows the password behind a hash can log in to the account.
    const isWithRights = hasRights(wanted) || wanted.passwordHash !== undefined
    if (maker.kind === 'voucher') return
    if (maker.kind !== 'stranger') await admit(tx, maker, isWithRights ? 'superuser' : 'accounts.add')
    else if (isWithRights) throw new AuthError('permission_denied', { detail: 'grants rights' })
  }

  /** Undefined if its name is taken. If several accounts want one number at the same moment, one gets it. */
  async function insert(tx: Transaction, wanted: AccountToCreate, now: number): Promise<Account | undefined> {
    await awaitNameTurn(tx, wanted, phoneRule)
    if (wanted.phoneNumber !== '' && (await isPhoneTaken(tx, wanted.phoneNumber, phoneRule))) {
      throw fieldRefusal('phone_number', 'phone_number_taken')
    }
    if (await isNumberOfAnother(tx, wanted.username, phoneRule)) return undefined
    const key = phoneKey(wanted.phoneNumber, phoneRule.region) ?? ''
    return createAccount(tx, { ...wanted, phoneKey: key }, usernameRule, now)
  }

  /** @returns whether its address counts as confirmed now */
  async function confirm(tx: Transaction, { id, email }: Account, wanted: AccountToCreate, maker: Maker, now: number) {
    // The command line vouches for an account, even without an address. Otherwise, REQUIRE_VERIFIED_EMAIL would keep
    // the first administrator out.
    if (!wanted.isEmailVerified || (email === '' && maker.kind !== 'command_line')) return false
    if (!(await mayConfirm(tx, id, email, settings))) throw new AuthError('address_taken')
    await setEmailVerified(tx, id, now)
    return true
  }

  return async (wanted, maker, also) => {
    const now = clock.now()
    const { password, isStaff, isSuperuser, groups, permissions, isActive = true } = wanted
    const hash = password === undefined ? wanted.passwordHash : await passwords.hash(password)
    const uid = wanted.uid ?? newUid(settings.accountUid, random, now)
    const isPresent = maker.kind === 'stranger' || maker.kind === 'voucher'
    const preferred = isPresent ? preferredLocale(maker.origin.languages) : undefined
    const origin = auditOriginOf(maker)
    return database.inTransaction(async (tx) => {
      await admitMaker(tx, maker, wanted)
      const created = await insert(tx, { ...wanted, uid, locale: wanted.locale ?? preferred }, now)
      if (created === undefined) return undefined
      const { id: accountId } = created
      // Thrown, so that the account is rolled back: a group may have been deleted since it was looked up.
      refuseFaults(await grantFaults(tx, wanted))
      const event = maker.kind === 'stranger' ? 'account.registered' : 'account.created'
      await recordEvent(tx, now, event, { accountId, origin })
      if (hash !== undefined) await setPasswordHash(tx, accountId, hash, now)
      const isConfirmed = await confirm(tx, created, wanted, maker, now)
      if (isPresent) await rememberNetwork(tx, accountId, networkOf(origin.address), now)
      const flags = isStaff || isSuperuser ? { isStaff, isSuperuser } : {}
      // Every account is created active.
      const standing = { ...flags, groups, permissions, ...(!isActive && { isActive }) }
      await giveStanding(tx, created, standing, origin, now)
      const account = isConfirmed ? { ...created, emailVerifiedAt: now } : created
      await also?.(tx, account)
      return account
    })
  }
}

/** Whether the account will have any rights. */
export function hasRights({
  isStaff,
  isSuperuser,
  groups = [],
  permissions = [],
}: Omit<AccountToCreate, 'profile' | 'username'>): boolean {
  return isStaff || isSuperuser || groups.length + permissions.length > 0
}
