import { isClaimedByAnother } from '../../accounts/account-email-store.ts'
import { awaitTurn } from '../../accounts/administrator-store.ts'
import { emailKey, normalizeEmailDomain } from '../../accounts/names/email-address.ts'
import type { LoginCandidate } from '../../accounts/names/login-candidate-store.ts'
import type { LoginKind } from '../../accounts/names/login-kind.ts'
import { type PhoneRule, phoneKey } from '../../accounts/names/phone-number.ts'
import { USERNAME_LIMIT, type UsernameRule, usernameKey } from '../../accounts/names/username.ts'
import type { ProfileRule } from '../../accounts/profile/profile.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError, type FieldFault } from '../../errors.ts'
import { hookRequest } from '../../hooks/hook-account.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { HookNewAccount } from '../../hooks/hooks.ts'
import { findGroupIds } from '../../permissions/group-store.ts'
import { textFaults } from '../../platform/text-rules.ts'
import { networkOf } from '../../rate-limits/network.ts'
import { isUniqueViolation } from '../../storage/constraint-violation.ts'
import type { Database } from '../../storage/database.ts'
import type { AccountToCreate, CreateAccount } from '../accounts/create-account.ts'
import { memberFaults, nameFaults, phoneFieldFaults } from '../accounts/field-faults.ts'
import type { DeriveUsername } from '../accounts/names/derive-username.ts'
import { isNumberTaken } from '../accounts/names/login-name.ts'
import type { FindLoginAccount } from './find-login-account.ts'

/** A login with a name that no account has. `by`: what the name is; default: what LOGIN_WITH says. */
type UnknownLogin = { username: string; password: string; by?: LoginKind | undefined }

/**
 * Moves somebody in from the previous system of the deployment at their first login. Asks the hook
 * `verifyUnknownPassword`, and creates the account that it returns, with this password. If several logins do this at
 * once, one of them creates the account.
 *
 * @returns the account that now has the name, whichever login created it. The caller must still verify its password.
 *   Undefined if the hook says no, fails, or returns an account that cannot be created; the log says which
 * @throws AuthError `overloaded`
 */
export type MoveIn = (login: UnknownLogin, origin: RequestOrigin) => Promise<LoginCandidate | undefined>

export type MoveInParts = {
  database: Database
  hooks: Pick<HookRunner, 'movesIn' | 'reportMoveIn'>
  findLoginAccount: FindLoginAccount
  createAccount: CreateAccount
  deriveUsername: DeriveUsername
  profileRule: ProfileRule
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  settings: { loginWith: readonly LoginKind[] }
}

/** Longer than any name that people log in with. */
const NAME_LIMIT = 320

/** Somebody else has moved in with the same address at the same moment. */
class AddressClaimed extends Error {}

/** The account that the hook returned cannot be created. The message says why, for the log. */
class Unfit extends Error {}

export function createMoveIn(parts: MoveInParts): MoveIn {
  const { database, hooks, findLoginAccount, createAccount, deriveUsername } = parts
  const { profileRule, usernameRule, phoneRule, settings } = parts

  /** Which name of the new account matches the typed name; undefined: none. */
  function kindOfName({ username, by }: UnknownLogin, account: Named): LoginKind | undefined {
    const answers: Record<LoginKind, () => boolean> = {
      username: () =>
        account.username === undefined
          ? !isAddressOrNumber(username, account)
          : usernameKey(account.username, usernameRule) === usernameKey(username, usernameRule),
      email: () => isSameKey(emailKey(username), emailKey(account.email)),
      phone: () => isSameKey(phoneKey(username, phoneRule.region), phoneKey(account.phoneNumber, phoneRule.region)),
    }
    return (by === undefined ? settings.loginWith : [by]).find((kind) => answers[kind]())
  }

  /** Whether the typed name is the address or the number of the account instead of its username. */
  const isAddressOrNumber = (typed: string, { email, phoneNumber }: Named) =>
    isSameKey(emailKey(typed), emailKey(email)) ||
    isSameKey(phoneKey(typed, phoneRule.region), phoneKey(phoneNumber, phoneRule.region))

  async function prepare(login: UnknownLogin, given: HookNewAccount): Promise<AccountToCreate & { kind: LoginKind }> {
    const { uid, profile, groups = [], isEmailVerified = false } = given
    const named = { ...given, email: normalizeEmailDomain(given.email ?? ''), phoneNumber: given.phoneNumber ?? '' }
    const person = { ...named, firstName: given.firstName ?? '', lastName: given.lastName ?? '' }
    const kind = kindOfName(login, named)
    if (kind === undefined) throw new Unfit('the typed name is not a login name of the account that it returned')
    const username = given.username ?? (kind === 'username' ? login.username : await deriveUsername(person))
    // Without a profile it is empty, even if a registration requires some fields.
    const changed = profile === undefined ? undefined : profileRule.change({}, profile)
    const ids = await findGroupIds(database.read, groups)
    const faults: FieldFault[] = [
      ...textFaults(username, USERNAME_LIMIT).map((fault) => ({ field: 'username', ...fault })),
      ...(username.trim() === '' ? [{ field: 'username', fault: 'required' }] : []),
      ...(named.email !== '' && emailKey(named.email) === undefined
        ? [{ field: 'email', fault: 'invalid_email' }]
        : []),
      ...nameFaults(person),
      ...phoneFieldFaults(named.phoneNumber, phoneRule, false),
      ...(changed?.kind === 'refused' ? memberFaults(changed.faults) : []),
      ...groups.flatMap((name, index) => (ids.has(name) ? [] : [{ field: `groups/${index}`, fault: 'unknown_group' }])),
    ]
    if (faults.length > 0) throw new Unfit(`the account that it returned has faults: ${wordsOf(faults)}`)
    return {
      kind,
      username,
      email: person.email,
      isEmailVerified,
      firstName: person.firstName,
      lastName: person.lastName,
      phoneNumber: person.phoneNumber,
      profile: changed?.kind === 'changed' ? changed.profile : {},
      isStaff: false,
      isSuperuser: false,
      password: login.password,
      ...(ids.size > 0 && { groups: [...new Set(ids.values())] }),
      ...(uid !== undefined && { uid: { text: String(uid), isNumber: typeof uid === 'number' } }),
    }
  }

  /** False if somebody has its name, number, address or `uid`, perhaps since a moment ago. @throws Unfit */
  async function create(wanted: AccountToCreate & { kind: LoginKind }, origin: RequestOrigin): Promise<boolean> {
    try {
      const created = await createAccount(wanted, { kind: 'voucher', origin }, async (tx, { id }) => {
        if (wanted.kind !== 'email') return
        // Several derived usernames may be free, so the address decides who is first.
        await awaitTurn(tx)
        if (await isClaimedByAnother(tx, emailKey(wanted.email) ?? '', id)) throw new AddressClaimed()
      })
      return created !== undefined
    } catch (error) {
      const isTaken = error instanceof AddressClaimed || isUniqueViolation(error) || isNumberTaken(error)
      if (isTaken || (error instanceof AuthError && error.code === 'address_taken')) return false
      if (!(error instanceof AuthError) || error.code === 'overloaded') throw error
      throw new Unfit(`the account that it returned cannot be created: ${error.code} ${wordsOf(error.faults)}`)
    }
  }

  return async (login, origin) => {
    const { username, password, by } = login
    if (username.trim() === '' || textFaults(username, NAME_LIMIT).length > 0) return undefined
    const request = hookRequest(origin)
    const given = await hooks.movesIn({ username, password, request, account: undefined, hash: undefined })
    if (given === undefined) return undefined
    try {
      const isCreated = await create(await prepare(login, given), origin)
      const candidate = await findLoginAccount(username, networkOf(origin.address), by)
      if (candidate === undefined && !isCreated) throw new Unfit(TAKEN)
      return candidate
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      hooks.reportMoveIn(error.message)
      return undefined
    }
  }
}

const TAKEN = 'another account here has the username, phone number, address or uid of the account that it returned'

/** The names of an account that people can type to log in. */
type Named = { username?: string | undefined; email: string; phoneNumber: string }

function isSameKey(typed: string | undefined, own: string | undefined): boolean {
  return typed !== undefined && typed !== '' && typed === own
}

/** The fields and their faults, without their values. */
function wordsOf(faults: readonly FieldFault[]): string {
  return faults.map(({ field, fault }) => `${field}: ${fault}`).join(', ')
}
