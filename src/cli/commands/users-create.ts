import type { Command } from 'commander'
import { createOrRefuse, newAccount, passwordFaultsFor } from '../account-changes.ts'
import { accountJson } from '../account-words.ts'
import { answering } from '../answer.ts'
import type { Context } from '../context.ts'
import { accountFaultLines } from '../fault-words.ts'
import { askForNewPassword, type NewPasswordRules, readNewPassword } from '../new-password.ts'
import { printable } from '../printable.ts'
import { Refusal } from '../refusal.ts'

type Options = { email: string; staff?: true; superuser?: true; stdin?: true; password: boolean }

/** `users create NAME`: an account of any kind, by hand or by a script. */
export function addUsersCreate(users: Command, context: Context): void {
  const command = users
    .command('create <name>')
    .description('makes an account; asks for its password')
    .option('--email <address>', 'its e-mail address', '')
    .option('--staff', 'it may enter the administration')
    .option('--superuser', 'it may do everything; includes --staff')
    .option('--stdin', 'take the password from the first line of standard input')
    .option('--no-password', 'it has none: nobody can log in with one until it is set')

  answering(command, context, async (name: string, options: Options) => {
    if (options.stdin && !options.password) command.error('error: --stdin and --no-password exclude each other')
    return context.administer(async ({ accounts, trimPasswords }) => {
      const rights = { isStaff: options.staff === true, isSuperuser: options.superuser === true }
      const account = newAccount(name, options.email, rights)
      const faults = accountFaultLines(await accounts.check(account, undefined))
      if (faults.length > 0) throw new Refusal(faults.join('\n'))
      const rules = { trimPasswords, findFaults: passwordFaultsFor(accounts, account) }
      const password = options.password ? await obtainPassword(context, options, rules) : undefined
      const created = await createOrRefuse(accounts, account, password)
      return { text: `Made ${printable(created.username)} (id ${created.id}).\n`, json: accountJson(created) }
    })
  })
}

function obtainPassword({ terminal }: Context, { stdin }: Options, rules: NewPasswordRules): Promise<string> {
  if (stdin === true) return readNewPassword(terminal, rules)
  if (terminal.isInteractive) return askForNewPassword(terminal, rules)
  throw new Refusal('There is nobody to ask for the password: pipe it in with --stdin, or say --no-password.')
}
