import type { Account } from '../../accounts/account.ts'
import { findAccountByUsername } from '../../accounts/account-store.ts'
import { normalizeEmailDomain } from '../../accounts/names/email-address.ts'
import type { PhoneRule } from '../../accounts/names/phone-number.ts'
import { normalizeUsername, type UsernameRule } from '../../accounts/names/username.ts'
import type { Profile, ProfileRule } from '../../accounts/profile/profile.ts'
import type { AccountPage } from '../../accounts/search/account-search.ts'
import { type AccountSearch, searchAccounts } from '../../accounts/search/account-search-store.ts'
import { AuthError, type FieldFault, fieldRefusal, refuseFaults } from '../../errors.ts'
import { accountsWithFactors } from '../../mfa/accounts-with-factors-store.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import { type HashPolicy, readHash } from '../../passwords/password-hash.ts'
import type { Database } from '../../storage/database.ts'
import type { Rights } from '../rights/account-rights.ts'
import type { Manager } from '../rights/actor.ts'
import { grantFaults } from '../rights/grants.ts'
import type { CheckRecentLogin } from '../sessions/check-recent-login.ts'
import { type AccountDetails, readDetails } from './account-details.ts'
import type { ChangeAccount } from './change-account.ts'
import { type AccountToCreate, type CreateAccount, hasRights } from './create-account.ts'
import type { DeleteAccount } from './delete-account.ts'
import { memberFaults, newAccountFaults, withoutTakenName } from './field-faults.ts'
import type { DeriveUsername } from './names/derive-username.ts'
import type { AccountPasswords } from './passwords/account-password.ts'
import type { WantedAccount } from './wanted-account.ts'

/** A new account as a manager typed it. */
export type TypedAccount = Omit<AccountToCreate, 'profile' | 'username'> & {
  /** Undefined: derived from the address or the name. */
  username?: string | undefined
  /** Undefined: empty, even if registration requires some fields. */
  profile?: Profile | undefined
}

/**
 * What managers (administrators over HTTP, and operators on the command line) do to accounts. Every change is checked
 * again in its transaction, and takes effect with the next request on every process.
 */
export type AccountAdministration = {
  search(search: AccountSearch): Promise<AccountPage>
  /** The same, and which of the accounts have a second factor. */
  list(search: AccountSearch): Promise<AccountPage & { idsWithFactors: ReadonlySet<number> }>
  find(username: string): Promise<Account | undefined>
  /** @throws AuthError `not_found` */
  get(id: number): Promise<AccountDetails>
  /** The faults of a new account, including a taken name. */
  check(typed: TypedAccount): Promise<FieldFault[]>
  /** @throws AuthError `permission_denied`, `recent_login_required`, `invalid_fields`, `overloaded` */
  create(typed: TypedAccount, manager: Manager): Promise<AccountDetails>
  /** Changes an account; see `ChangeAccount`. @returns the account as it is now, and whether anything changed */
  change(id: number, wanted: WantedAccount, manager: Manager): Promise<AccountDetails & { isChanged: boolean }>
  passwords: AccountPasswords
  /** Deletes an account; see `DeleteAccount`. */
  remove(id: number, manager: Manager): Promise<void>
}

/** A new account in its stored form, and the faults of its profile fields. */
type PreparedAccount = { account: AccountToCreate; profileFaults: FieldFault[] }

type AccountAdministrationParts = {
  database: Database
  checkNewPassword: NewPasswordCheck
  hashPolicy: HashPolicy
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  deriveUsername: DeriveUsername
  profileRule: ProfileRule
  rights: Rights
  /** Granting rights requires a recent login. */
  checkRecentLogin: CheckRecentLogin
  createAccount: CreateAccount
  changeAccount: ChangeAccount
  deleteAccount: DeleteAccount
  passwords: AccountPasswords
}

export function createAccountAdministration(parts: AccountAdministrationParts): AccountAdministration {
  const { database, usernameRule, profileRule, rights, checkRecentLogin } = parts

  async function prepare(typed: TypedAccount): Promise<PreparedAccount> {
    const profile = typed.profile && profileRule.change({}, typed.profile)
    const account = {
      ...typed,
      username: normalizeUsername(typed.username ?? (await parts.deriveUsername(typed))),
      email: normalizeEmailDomain(typed.email),
      profile: profile?.kind === 'changed' ? profile.profile : {},
    }
    return { account, profileFaults: profile?.kind === 'refused' ? memberFaults(profile.faults) : [] }
  }

  /** A hash that nobody can log in with would otherwise be noticed only later. */
  function requireVerifiable({ password, passwordHash }: TypedAccount): void {
    if (passwordHash === undefined) return
    if (password !== undefined) throw fieldRefusal('password_hash', 'password_given')
    if (readHash(passwordHash, parts.hashPolicy) === undefined) throw fieldRefusal('password_hash', 'unverifiable_hash')
  }

  async function faultsOf({ account, profileFaults }: PreparedAccount): Promise<FieldFault[]> {
    return [
      ...(await newAccountFaults(parts, account, account.password)),
      ...(await grantFaults(database.read, account)),
      ...profileFaults,
    ]
  }

  return {
    search: (search) => searchAccounts(database.read, search),
    async list(search) {
      const page = await searchAccounts(database.read, search)
      const ids = page.accounts.map(({ id }) => id)
      return { ...page, idsWithFactors: await accountsWithFactors(database.read, ids) }
    },
    find: (username) => findAccountByUsername(database.read, username, usernameRule),
    get: (id) => readDetails(database.read, rights, id),
    check: async (typed) => faultsOf(await prepare(typed)),
    async create(typed, manager) {
      const isDecisive = hasRights(typed) || typed.passwordHash !== undefined
      if (isDecisive && manager.kind === 'administrator') {
        // Checked first, so that nobody learns the faults of an account that they may not create.
        if (!manager.caller.account.isSuperuser) throw new AuthError('permission_denied', { detail: 'grants rights' })
        await checkRecentLogin(manager.caller)
      }
      requireVerifiable(typed)
      for (;;) {
        const prepared = await prepare(typed)
        const found = await faultsOf(prepared)
        const faults = typed.username === undefined ? withoutTakenName(found) : found
        // A derived name is taken only if another request was faster, and then the next one is free.
        if (faults.length === 0 && found.length > 0) continue
        refuseFaults(faults)
        const created = await parts.createAccount(prepared.account, manager)
        if (created !== undefined) return readDetails(database.read, rights, created.id)
        if (typed.username !== undefined) throw fieldRefusal('username', 'username_taken')
      }
    },
    async change(id, wanted, manager) {
      const isChanged = await parts.changeAccount(id, wanted, manager)
      return { ...(await readDetails(database.read, rights, id)), isChanged }
    },
    passwords: parts.passwords,
    remove: (id, manager) => parts.deleteAccount(id, manager),
  }
}
