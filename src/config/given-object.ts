import { findIntendedName } from './misspelling.ts'
import type { SettingsByName } from './named-settings.ts'
import { allSettingFacts } from './settings.ts'

/** A program's settings as texts, as if they came from the environment, and a fault for every unknown name. */
export function textsOf(settings: SettingsByName): { texts: Record<string, string>; faults: string[] } {
  const known = allSettingFacts().flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name]))
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  const faults = given.filter(([name]) => !known.includes(name)).map(([name]) => unknownSetting(name, known))
  return { texts: Object.fromEntries(given.map(([name, value]) => [name, textOf(value)])), faults }
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') || 'none' : String(value)
}

function unknownSetting(name: string, known: readonly string[]): string {
  const intended = findIntendedName(name, known)
  return `${name}: there is no such setting.${intended === undefined ? '' : ` Did you mean ${intended}?`}`
}
