import type { Command } from 'commander'
import type { Administration } from '../../app/commands/administration.ts'
import type { AccountAdministration, TypedAccount } from '../../flows/accounts/account-administration.ts'
import { countedPassword } from '../../passwords/counted-password.ts'
import { createOrRefuse, newAccount, passwordFaultsFor } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { askForNewPassword } from '../new-password.ts'
import { Refusal } from '../refusal.ts'
import { answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { accountJson } from '../words/account-words.ts'
import { faultWords } from '../words/fault-words.ts'

type Given = { username?: string; email?: string }

/** The account to create. Without a password, nobody can log in to it. */
type Wanted = { account: TypedAccount; password: string | undefined }

/** `createsuperuser`, with Django's flags and variables. */
export function addCreatesuperuser(program: Command, context: Context): void {
  const command = program
    .command('createsuperuser')
    .description('creates an administrator; asks for whatever the options do not provide')
    .option('--username <name>', 'the username')
    .option('--email <address>', 'the email address')
    .option('--noinput', 'ask nothing; read missing values from DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD')

  answering(command, context, ({ noinput, ...given }: Given & { noinput?: true }) =>
    context.administer(async (administration) => {
      const { account, password } =
        noinput === true ? wantedUnasked(given, administration, context) : await ask(given, administration, context)
      const created = await createOrRefuse(administration.accounts, account, password)
      const hint = password === undefined ? ' It has no password yet. Set one with changepassword.' : ''
      const text = `Created the superuser ${printable(created.username)} (id ${created.id}).${hint}\n`
      return { text, json: accountJson(created) }
    }),
  )
}

/** As with Django's `--noinput`: without a password in the environment, the account has none. */
function wantedUnasked(given: Given, { trimPasswords }: Administration, { environment }: Context): Wanted {
  const username = given.username ?? environment.DJANGO_SUPERUSER_USERNAME ?? ''
  const email = given.email ?? environment.DJANGO_SUPERUSER_EMAIL
  const password = countedPassword(environment.DJANGO_SUPERUSER_PASSWORD ?? '', trimPasswords)
  if (username === '') throw new Refusal('--noinput needs --username, or DJANGO_SUPERUSER_USERNAME in the environment.')
  if (email === undefined) throw new Refusal('--noinput needs --email, or DJANGO_SUPERUSER_EMAIL in the environment.')
  return { account: superuser(username, email), password: password === '' ? undefined : password }
}

async function ask(given: Given, administration: Administration, { terminal }: Context): Promise<Wanted> {
  const { accounts, checkPassword, trimPasswords } = administration
  if (!terminal.isInteractive) {
    throw new Refusal('There is no terminal to ask. Use --noinput, with options and DJANGO_SUPERUSER_PASSWORD.')
  }
  const username = await askUntilGood(terminal, 'Username: ', given.username, (text) =>
    faultsOf('username', superuser(text, ''), accounts),
  )
  const email = await askUntilGood(terminal, 'Email address (may be empty): ', given.email, (text) =>
    faultsOf('email', superuser(username, text), accounts),
  )
  const account = superuser(username, email)
  const findFaults = passwordFaultsFor(checkPassword, account)
  return { account, password: await askForNewPassword(terminal, { trimPasswords, findFaults }) }
}

/** @param first an answer that was provided in advance */
async function askUntilGood(
  terminal: Terminal,
  question: string,
  first: string | undefined,
  findFaults: (answer: string) => Promise<string[]>,
): Promise<string> {
  for (let answer = first; ; answer = undefined) {
    answer ??= (await terminal.ask(question)).trim()
    const faults = await findFaults(answer)
    if (faults.length === 0) return answer
    for (const fault of faults) terminal.tell(fault)
  }
}

async function faultsOf(
  field: 'username' | 'email',
  account: TypedAccount,
  accounts: AccountAdministration,
): Promise<string[]> {
  return (await accounts.check(account)).filter((fault) => fault.field === field).map(faultWords)
}

function superuser(username: string, email: string): TypedAccount {
  return newAccount(username, email, { isStaff: true, isSuperuser: true })
}
