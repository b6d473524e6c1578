import { countedPassword } from '../passwords/counted-password.ts'
import { Refusal } from './refusal.ts'
import type { Terminal } from './terminal/terminal.ts'

/** The rules for a new password. */
export type NewPasswordRules = {
  /** Whether to remove white space around it: see TRIM_PASSWORDS. */
  trimPasswords: boolean
  /** Its faults, as sentences. */
  findFaults: (password: string) => Promise<string[]>
}

/** Asks for a new password twice, until it satisfies the rules. There is no way around them. */
export async function askForNewPassword(terminal: Terminal, rules: NewPasswordRules): Promise<string> {
  for (;;) {
    const typed = await terminal.askSecret('Password: ')
    const password = countedPassword(typed, rules.trimPasswords)
    const faults = await faultsOf(password, rules)
    if (faults.length === 0) {
      if ((await terminal.askSecret('Password (again): ')) === typed) return password
      terminal.tell('The passwords do not match. Try again.')
    }
    for (const fault of faults) terminal.tell(fault)
  }
}

/** Reads a new password from the first line of a pipe. @throws Refusal if it breaks the rules */
export async function readNewPassword(terminal: Terminal, rules: NewPasswordRules): Promise<string> {
  if (terminal.isInteractive)
    throw new Refusal('--stdin reads a password from a pipe. Leave it out to type the password.')
  const line = await terminal.readLine()
  const password = countedPassword(line, rules.trimPasswords)
  const faults = await faultsOf(password, rules)
  if (faults.length > 0) throw new Refusal(['The password was not set.', ...faults].join('\n'))
  return password
}

async function faultsOf(password: string, { findFaults }: NewPasswordRules): Promise<string[]> {
  if (password.trim() === '') return ['A password cannot be empty.']
  if (password.includes('\0')) return ['A password cannot contain a null character.']
  return findFaults(password)
}
