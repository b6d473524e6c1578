import type { Account } from '../accounts/account.ts'
import { AuthError } from '../errors.ts'
import type { AccountAdministration, TypedAccount } from '../flows/accounts/account-administration.ts'
import { commandLine } from '../flows/rights/actor.ts'
import type { NewPasswordCheck } from '../passwords/new-password-check.ts'
import { Refusal } from './refusal.ts'
import { printable } from './terminal/printable.ts'
import { accountFaultLines, faultWords } from './words/fault-words.ts'

/**
 * A new account from the command line. Superusers are also staff, as in Django. The address counts as confirmed,
 * because the operator says so: otherwise, with REQUIRE_VERIFIED_EMAIL, there could be no first administrator.
 */
export function newAccount(
  username: string,
  email: string,
  rights: { isStaff: boolean; isSuperuser: boolean },
): TypedAccount {
  const isStaff = rights.isStaff || rights.isSuperuser
  const blank = { phoneNumber: '', firstName: '', lastName: '', password: undefined, isEmailVerified: true }
  return { ...blank, username, email, isStaff, isSuperuser: rights.isSuperuser }
}

/** The account with that name. @throws Refusal if there is none */
export async function findOrRefuse(accounts: AccountAdministration, name: string): Promise<Account> {
  const account = await accounts.find(name)
  if (account === undefined) throw unknownName(name)
  return account
}

/** The refusal if no account has the name. */
function unknownName(name: string): Refusal {
  return new Refusal(`There is no account called ${printable(name)}.`)
}

/** @throws Refusal with all faults */
export async function createOrRefuse(
  accounts: AccountAdministration,
  account: TypedAccount,
  password: string | undefined,
): Promise<Account> {
  try {
    return (await accounts.create({ ...account, password }, commandLine)).account
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'invalid_fields')) throw error
    throw new Refusal(accountFaultLines(error.faults).join('\n'))
  }
}

/** The faults of a password for an account that is about to be created, as sentences. */
export function passwordFaultsFor(checkPassword: NewPasswordCheck, account: TypedAccount | Account) {
  return async (password: string): Promise<string[]> => (await checkPassword(password, account)).map(faultWords)
}
