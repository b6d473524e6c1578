import { describeSettings } from '../config/settings.ts'

/**
 * The settings that a command needs. `database`: those for opening the database. `keys`: also those for encrypting and
 * signing. `accounts`: also those for changing accounts and notifying their owners. `passwords`: also the rules for
 * passwords.
 */
export type Needs = 'database' | 'keys' | 'accounts' | 'passwords'

const database = ['General', 'Storage']
const accounts = [...database, 'HTTP', 'Tokens', 'Sessions', 'Accounts', 'Mail']

/** The headings of the manual that these settings are under. */
const groupsFor: Record<Needs, readonly string[]> = {
  database,
  keys: [...database, 'HTTP', 'Keys', 'Tokens'],
  accounts,
  passwords: [...accounts, 'Passwords', 'Cost of a password hash'],
}

/** The names of the settings that a command needs. Errors in other settings must not stop it. */
export function settingsFor(needs: Needs): ReadonlySet<string> {
  const groups = groupsFor[needs]
  return new Set(
    describeSettings()
      .filter(({ group }) => groups.includes(group))
      .map(({ name }) => name),
  )
}
