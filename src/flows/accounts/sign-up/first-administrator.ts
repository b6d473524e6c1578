import type { Account } from '../../../accounts/account.ts'
import { awaitTurn, isAnotherInCharge } from '../../../accounts/administrator-store.ts'
import { normalizeEmailDomain } from '../../../accounts/names/email-address.ts'
import type { PhoneRule } from '../../../accounts/names/phone-number.ts'
import { normalizeUsername, type UsernameRule } from '../../../accounts/names/username.ts'
import { AuthError, fieldRefusal, refuseFaults } from '../../../errors.ts'
import { createOneTimeToken } from '../../../one-time-tokens/one-time-token.ts'
import {
  consumeOneTimeToken,
  findOneTimeToken,
  keepOneTimeToken,
} from '../../../one-time-tokens/one-time-token-store.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Random } from '../../../platform/random.ts'
import type { Database } from '../../../storage/database.ts'
import { rememberUse, unlessRepeated } from '../../mail/used-link.ts'
import type { CreateAccount } from '../create-account.ts'
import { newAccountFaults } from '../field-faults.ts'
import { NOBODY } from '../names/name-taken.ts'

const PURPOSE = 'first-administrator'

const HOUR = 3_600_000

type FirstAdministratorParts = {
  database: Database
  clock: Clock
  random: Random
  createAccount: CreateAccount
  passwords: Pick<PasswordCheck, 'check'>
  checkNewPassword: NewPasswordCheck
  usernameRule: UsernameRule
  phoneRule: PhoneRule
}

/** Creates the first administrator, with a secret that anyone who can read the server's log may use once. */
export type FirstAdministrator = {
  /**
   * Creates a secret that is valid for an hour. Show it only in the log.
   *
   * @returns undefined if there is already a superuser
   */
  offer(): Promise<string | undefined>
  /**
   * Creates the superuser. The address counts as confirmed, because it comes from somebody who runs the server.
   *
   * @throws AuthError `one_time_token_not_valid`, for example if there is already a superuser; `invalid_fields`, which does
   *   not use the token up
   */
  create(wanted: WantedAdministrator): Promise<Account>
}

type WantedAdministrator = { token: string; username: string; email: string; password: string }

export function createFirstAdministrator(parts: FirstAdministratorParts): FirstAdministrator {
  const { database, clock, random, createAccount } = parts
  const refusal = (detail: string) => new AuthError('one_time_token_not_valid', { detail })

  async function create({ token, password, ...typed }: WantedAdministrator, now: number): Promise<Account> {
    if ((await findOneTimeToken(database.read, PURPOSE, token, now)) === undefined)
      throw refusal('the token is unknown or has expired')
    if (await isAnotherInCharge(database.read, NOBODY)) throw refusal('there is already an administrator')
    const account = {
      username: normalizeUsername(typed.username),
      email: normalizeEmailDomain(typed.email),
      firstName: '',
      lastName: '',
      phoneNumber: '',
      isStaff: true,
      isSuperuser: true,
    }
    refuseFaults(await newAccountFaults(parts, account, password))
    const wanted = { ...account, password, isEmailVerified: true }
    // Anyone who can read the server's log can also run its commands.
    const created = await createAccount(wanted, { kind: 'command_line' }, async (tx, administrator) => {
      await awaitTurn(tx)
      // Thrown, so that the account is rolled back.
      if (await isAnotherInCharge(tx, administrator.id)) throw refusal('there is already an administrator')
      const used = await consumeOneTimeToken(tx, PURPOSE, token, now)
      if (used === undefined) throw refusal('used')
      await rememberUse(tx, used, administrator)
    })
    if (created === undefined) throw fieldRefusal('username', 'username_taken')
    return created
  }

  return {
    async offer() {
      if (await isAnotherInCharge(database.read, NOBODY)) return undefined
      const use = { purpose: PURPOSE, account: undefined, email: '' }
      const { secret, token } = createOneTimeToken(random, use, HOUR, clock.now())
      await database.inTransaction((tx) => keepOneTimeToken(tx, token))
      return secret
    },
    async create(wanted) {
      const now = clock.now()
      const { token, password } = wanted
      const isFor = ({ username }: Account) => username === normalizeUsername(wanted.username)
      return unlessRepeated(parts, { purpose: PURPOSE, token, password, isFor }, now, () => create(wanted, now))
    },
  }
}
