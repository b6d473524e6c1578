import type { Command } from 'commander'
import { commandLine } from '../../flows/rights/actor.ts'
import { findOrRefuse, passwordFaultsFor } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { askForNewPassword, readNewPassword } from '../new-password.ts'
import { Refusal } from '../refusal.ts'
import { answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'

/** `changepassword NAME`: a new password without the old one. */
export function addChangepassword(program: Command, context: Context): void {
  const { terminal } = context
  const command = program
    .command('changepassword <name>')
    .description('sets the password of an account and ends its sessions; asks for the password')
    .option('--stdin', 'read the password from the first line of standard input')

  answering(command, context, (name: string, { stdin }: { stdin?: true }) =>
    context.administer(async ({ accounts, checkPassword, trimPasswords }) => {
      const account = await findOrRefuse(accounts, name)
      if (stdin !== true && !terminal.isInteractive) {
        throw new Refusal('There is no terminal to ask for the password. Pipe it in with --stdin.')
      }
      const rules = { trimPasswords, findFaults: passwordFaultsFor(checkPassword, account) }
      const password = await (stdin === true ? readNewPassword : askForNewPassword)(terminal, rules)
      await accounts.passwords.set(account.id, password, commandLine)
      const text = `Changed the password of ${printable(account.username)} and ended all its sessions.\n`
      return { text, json: { username: account.username, changed: true } }
    }),
  )
}
