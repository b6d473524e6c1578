import type { Account, NewAccount } from '../../accounts/account.ts'
import { verifyEmail } from '../../accounts/account-email-store.ts'
import { type AccountFieldFault, emailFaults, usernameFaults } from '../../accounts/account-fields.ts'
import {
  activateAccount,
  createAccount,
  deleteAccount,
  findAccountByUsername,
  listAccounts,
} from '../../accounts/account-store.ts'
import { normalizeEmailDomain } from '../../accounts/email-address.ts'
import { normalizeUsername, type UsernameRule } from '../../accounts/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import type { PasswordFault } from '../../passwords/password-policy.ts'
import { setPasswordHash } from '../../passwords/password-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'
import { deactivate } from './deactivate.ts'
import { insistOnCredentialsChange, replacePassword } from './replace-password.ts'

type ManageAccountsParts = {
  database: Database
  clock: Clock
  passwords: Pick<PasswordCheck, 'hash'>
  checkNewPassword: NewPasswordCheck
  notices: SecurityNotices
  usernameRule: UsernameRule
}

/** What is wrong with the data of an account, by field. */
export type AccountFaults = {
  username?: AccountFieldFault[]
  email?: AccountFieldFault[]
  password?: PasswordFault[]
}

/** What came of making an account. */
type CreateAccountOutcome = { kind: 'created'; account: Account } | { kind: 'refused'; faults: AccountFaults }

/** `unknown`: there is no account of that name. `unchanged`: it was so already. */
export type ChangeOutcome = { kind: 'done' | 'unchanged' | 'unknown' }

/** What administrators do to accounts of others. Every change takes effect with the next request on every process. */
export type ManageAccounts = {
  find(username: string): Promise<Account | undefined>
  /** A page of accounts in the order of their ids, from the one behind `afterId` on. */
  list(afterId: number, limit: number): Promise<Account[]>
  /** What is wrong with a new account, a name that is taken included; empty if nothing is. */
  check(account: NewAccount, password: string | undefined): Promise<AccountFaults>
  /**
   * Makes an account whose address counts as proven, on the word of whoever runs the server: with REQUIRE_VERIFIED_EMAIL
   * there would be no first administrator otherwise.
   *
   * @param password undefined: nobody can log in with one until it is set
   */
  create(account: NewAccount, password: string | undefined, origin: AuditOrigin): Promise<CreateAccountOutcome>
  /** What is wrong with a password for this account. */
  checkPassword: NewPasswordCheck
  /** Sets a password without the old one, and ends all sessions of the account. The password must have been checked. */
  setPassword(username: string, password: string, origin: AuditOrigin): Promise<ChangeOutcome>
  deactivate(username: string, origin: AuditOrigin): Promise<ChangeOutcome>
  activate(username: string, origin: AuditOrigin): Promise<ChangeOutcome>
  /** Deletes the account with its password and posts. Its id is never used again. */
  remove(username: string, origin: AuditOrigin): Promise<ChangeOutcome>
}

export function createManageAccounts({
  database,
  clock,
  passwords,
  checkNewPassword,
  notices,
  usernameRule,
}: ManageAccountsParts): ManageAccounts {
  const find = (username: string) => findAccountByUsername(database.read, username, usernameRule)

  async function findFaults(account: NewAccount, password: string | undefined): Promise<AccountFaults> {
    const isTaken = (await find(account.username)) !== undefined
    return withoutEmpty({
      username: usernameFaults(account.username, usernameRule, isTaken),
      email: emailFaults(account.email),
      password: password === undefined ? [] : await checkNewPassword(password, account),
    })
  }

  /** Runs a change on the account of that name, with its event, in one transaction. */
  async function change(
    username: string,
    origin: AuditOrigin,
    event: 'account.activated' | 'account.deactivated' | 'account.deleted',
    apply: (tx: Queryable, id: number, now: number) => Promise<boolean>,
  ): Promise<ChangeOutcome> {
    const now = clock.now()
    return database.inTransaction(async (tx): Promise<ChangeOutcome> => {
      const account = await findAccountByUsername(tx, username, usernameRule)
      if (account === undefined) return { kind: 'unknown' }
      if (!(await apply(tx, account.id, now))) return { kind: 'unchanged' }
      await recordEvent(tx, now, event, { accountId: account.id, origin })
      return { kind: 'done' }
    })
  }

  return {
    find,
    list: (afterId, limit) => listAccounts(database.read, afterId, limit),
    checkPassword: checkNewPassword,
    check: (typed, password) => findFaults(normalized(typed), password),
    async create(typed, password, origin) {
      const now = clock.now()
      const account = normalized(typed)
      const faults = await findFaults(account, password)
      if (Object.keys(faults).length > 0) return { kind: 'refused', faults }
      const hash = password === undefined ? undefined : await passwords.hash(password)
      return database.inTransaction(async (tx): Promise<CreateAccountOutcome> => {
        const created = await createAccount(tx, account, usernameRule, now)
        if (created === undefined) return { kind: 'refused', faults: { username: [{ fault: 'username_taken' }] } }
        if (hash !== undefined) await setPasswordHash(tx, created.id, hash, now)
        await verifyEmail(tx, created, now)
        await recordEvent(tx, now, 'account.created', { accountId: created.id, origin })
        return { kind: 'created', account: { ...created, emailVerifiedAt: now } }
      })
    },
    async setPassword(username, password, origin) {
      const now = clock.now()
      const hash = await passwords.hash(password)
      return database.inTransaction(async (tx): Promise<ChangeOutcome> => {
        const named = await findAccountByUsername(tx, username, usernameRule)
        if (named === undefined) return { kind: 'unknown' }
        const account = await insistOnCredentialsChange(tx, named)
        if (account === undefined) return { kind: 'unknown' }
        await replacePassword(tx, account, hash, { notices, origin, now })
        await endAllAndRecord(tx, { accountId: account.id, reason: 'password_changed' }, origin, now)
        return { kind: 'done' }
      })
    },
    deactivate: (username, origin) => change(username, origin, 'account.deactivated', deactivate),
    activate: (username, origin) => change(username, origin, 'account.activated', activateAccount),
    remove: (username, origin) => change(username, origin, 'account.deleted', deleteAccount),
  }
}

/** As it is stored: see `normalizeUsername` and `normalizeEmailDomain`. */
function normalized(typed: NewAccount): NewAccount {
  return { ...typed, username: normalizeUsername(typed.username), email: normalizeEmailDomain(typed.email) }
}

function withoutEmpty(faults: Required<AccountFaults>): AccountFaults {
  return Object.fromEntries(Object.entries(faults).filter(([, list]) => list.length > 0))
}
