import { describeSettings } from '../config/settings.ts'

/**
 * Which settings a command needs. `database`: those that say where the database is. `keys`: also those for encrypting and
 * signing. `accounts`: also those for changing accounts and notifying their owners. `passwords`: also the rules for passwords.
 */
export type Needs = 'database' | 'keys' | 'accounts' | 'passwords'

const database = ['General', 'Storage']
const accounts = [...database, 'HTTP', 'Tokens', 'Sessions', 'Accounts', 'Mail']

/** The headings of the manual under which the settings stand. */
const groupsFor: Record<Needs, readonly string[]> = {
  database,
  keys: [...database, 'HTTP', 'Keys', 'Tokens'],
  accounts,
  passwords: [...accounts, 'Passwords', 'Cost of a password hash'],
}

/** The names of the settings that a command needs. A fault in any other one must not keep it from its work. */
export function settingsFor(needs: Needs): ReadonlySet<string> {
  const groups = groupsFor[needs]
  return new Set(
    describeSettings()
      .filter(({ group }) => groups.includes(group))
      .map(({ name }) => name),
  )
}
