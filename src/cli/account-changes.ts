import type { Account, NewAccount } from '../accounts/account.ts'
import type { ManageAccounts } from '../flows/accounts/manage-accounts.ts'
import { commandLine } from './context.ts'
import { accountFaultLines, faultWords } from './fault-words.ts'
import { printable } from './printable.ts'
import { Refusal } from './refusal.ts'

/** What the command line asks about a new account. Superusers are staff too, as in Django. */
export function newAccount(
  username: string,
  email: string,
  rights: { isStaff: boolean; isSuperuser: boolean },
): NewAccount {
  const isStaff = rights.isStaff || rights.isSuperuser
  return { username, email, phoneNumber: '', firstName: '', lastName: '', isStaff, isSuperuser: rights.isSuperuser }
}

/** The account of that name. @throws Refusal if there is none */
export async function findOrRefuse(accounts: ManageAccounts, name: string): Promise<Account> {
  const account = await accounts.find(name)
  if (account === undefined) throw unknownName(name)
  return account
}

/** The refusal of a name that is nobody's. */
export function unknownName(name: string): Refusal {
  return new Refusal(`There is no account called ${printable(name)}.`)
}

/** @throws Refusal with all that is wrong with it */
export async function createOrRefuse(
  accounts: ManageAccounts,
  account: NewAccount,
  password: string | undefined,
): Promise<Account> {
  const outcome = await accounts.create(account, password, commandLine)
  if (outcome.kind === 'refused') throw new Refusal(accountFaultLines(outcome.faults).join('\n'))
  return outcome.account
}

/** What is wrong with a password for an account that is about to be made, as sentences. */
export function passwordFaultsFor(accounts: ManageAccounts, account: NewAccount) {
  return async (password: string): Promise<string[]> =>
    (await accounts.checkPassword(password, account)).map(faultWords)
}
