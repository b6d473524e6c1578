import { type Command, Option } from 'commander'
import { type Locale, locales } from '../../accounts/locale.ts'
import { createOrRefuse, newAccount, passwordFaultsFor } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { askForNewPassword, type NewPasswordRules, readNewPassword } from '../new-password.ts'
import { Refusal } from '../refusal.ts'
import { answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'
import { accountJson } from '../words/account-words.ts'
import { accountFaultLines } from '../words/fault-words.ts'

type Options = { email: string; locale?: Locale; staff?: true; superuser?: true; stdin?: true; password: boolean }

/** `users create NAME`: an account of any kind, by hand or by a script. */
export function addUsersCreate(users: Command, context: Context): void {
  const command = users
    .command('create <name>')
    .description('creates an account; asks for its password')
    .option('--email <address>', 'its email address', '')
    .addOption(new Option('--locale <language>', 'the language of its emails').choices(locales))
    .option('--staff', 'it may use the administration')
    .option('--superuser', 'it may do everything; includes --staff')
    .option('--stdin', 'read the password from the first line of standard input')
    .option('--no-password', 'give it no password: nobody can log in with one until you set it')

  answering(command, context, async (name: string, options: Options) => {
    if (options.stdin && !options.password) command.error('error: use either --stdin or --no-password')
    return context.administer(async ({ accounts, checkPassword, trimPasswords }) => {
      const rights = { isStaff: options.staff === true, isSuperuser: options.superuser === true }
      const account = { ...newAccount(name, options.email, rights), locale: options.locale }
      const faults = accountFaultLines(await accounts.check(account))
      if (faults.length > 0) throw new Refusal(faults.join('\n'))
      const rules = { trimPasswords, findFaults: passwordFaultsFor(checkPassword, account) }
      const password = options.password ? await obtainPassword(context, options, rules) : undefined
      const created = await createOrRefuse(accounts, account, password)
      return { text: `Created ${printable(created.username)} (id ${created.id}).\n`, json: accountJson(created) }
    })
  })
}

function obtainPassword({ terminal }: Context, { stdin }: Options, rules: NewPasswordRules): Promise<string> {
  if (stdin === true) return readNewPassword(terminal, rules)
  if (terminal.isInteractive) return askForNewPassword(terminal, rules)
  throw new Refusal('There is no terminal to ask for the password. Pipe it in with --stdin, or use --no-password.')
}
