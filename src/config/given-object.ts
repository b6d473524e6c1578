import { ConfigError } from './config-error.ts'
import { findIntendedName } from './misspelling.ts'
import type { SettingsByName } from './named-settings.ts'
import { allSettingFacts } from './settings.ts'

/**
 * The settings of a program as texts, as if they came from the environment.
 *
 * @throws ConfigError that names every unknown setting
 */
export function textsOf(settings: SettingsByName): Record<string, string> {
  const known = allSettingFacts().flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name]))
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  const faults = given.filter(([name]) => !known.includes(name)).map(([name]) => unknownSetting(name, known))
  if (faults.length > 0) throw new ConfigError(faults)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

function unknownSetting(name: string, known: readonly string[]): string {
  const intended = findIntendedName(name, known)
  return `${name}: there is no such setting.${intended === undefined ? '' : ` Did you mean ${intended}?`}`
}
