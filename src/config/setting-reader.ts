import type { Static } from 'typebox'
import {
  type EffectiveSetting,
  type Setting,
  type SettingFacts,
  SettingFault,
  type SettingGroup,
} from '../platform/setting.ts'
import type { GivenText } from './given-settings.ts'

type Settings = Record<string, Setting>

type Values<Group extends Settings> = { [Key in keyof Group]: Static<Group[Key]> }

/** Defaults that depend on other settings. Each receives the values declared above it in its group. */
type DerivedDefaults<Group extends Settings> = {
  [Key in keyof Group]?: (values: Values<Group>) => Static<Group[Key]>
}

/** Reads groups of settings and remembers every fault on the way. */
type SettingReader = {
  /**
   * The values of a group. A value comes from what was set, otherwise the compatibility default, otherwise the derived
   * one, otherwise the fixed one. A faulty text is recorded and its default is used, so that everything else can be
   * checked too.
   */
  readGroup<Group extends Settings>(group: SettingGroup<Group>, derived?: DerivedDefaults<Group>): Values<Group>
  /** From now on, these texts (by name) take precedence over the other defaults. */
  useDefaults(texts: Readonly<Record<string, string>>): void
  /**
   * Checks what a setting refers to, once its value is known. A SettingFault that `look` throws becomes a fault of the
   * setting.
   */
  check(name: string, look: () => void): void
  isFaulty(name: string): boolean
  /** Whole lines with the names of their settings, in the order of reading. */
  readonly faults: readonly { sentence: string; about: string }[]
  /** All current values, in the order of reading. Call it only if there are no faults. */
  effective(): EffectiveSetting[]
}

/** Reads settings from the texts that were set. */
export function createSettingReader(texts: ReadonlyMap<string, GivenText>): SettingReader {
  const faults = new Map<string, string>()
  let firstDefaults: Readonly<Record<string, string>> = {}
  const readings: { group: string; facts: SettingFacts; value: unknown; standIn: 'compatibility' | 'default' }[] = []

  function readGiven({ name, read }: SettingFacts): { value: unknown } | undefined {
    const given = texts.get(name)
    if (given === undefined) return undefined
    if ('text' in given) return noting(name, ` (${given.from})`, () => read(given.text))
    faults.set(name, given.fault)
    return undefined
  }

  function readDefault({ name, read, default: fixed }: SettingFacts, derive: (() => unknown) | undefined): unknown {
    const first = firstDefaults[name]
    if (first !== undefined) return read(first)
    if (derive !== undefined) return noting(name, '', derive)?.value
    if (fixed !== undefined) return read(fixed)
    throw new Error(`${name} has no default here`)
  }

  function noting(name: string, from: string, read: () => unknown): { value: unknown } | undefined {
    try {
      return { value: read() }
    } catch (error) {
      if (!(error instanceof SettingFault)) throw error
      // The first fault is the cause of those that follow.
      if (!faults.has(name)) faults.set(name, `${name}${from}: ${error.message}`)
      return undefined
    }
  }

  return {
    readGroup(group, derived = {}) {
      const values: Record<string, unknown> = {}
      for (const [key, { setting: facts }] of Object.entries(group.properties)) {
        const derive = derived[key]
        const given = readGiven(facts)
        values[key] = given ? given.value : readDefault(facts, derive && (() => derive(values as never)))
        const standIn = firstDefaults[facts.name] === undefined ? 'default' : 'compatibility'
        readings.push({ group: group.title, facts, value: values[key], standIn })
      }
      return values as never
    },
    useDefaults(defaults) {
      firstDefaults = defaults
    },
    check(name, look) {
      const given = texts.get(name)
      noting(name, given && 'text' in given ? ` (${given.from})` : '', look)
    },
    isFaulty: (name) => faults.has(name),
    get faults() {
      return [...faults].map(([about, sentence]) => ({ about, sentence }))
    },
    effective: () =>
      readings.map(({ group, facts, value, standIn }) => {
        const { name, description, isSecret } = facts
        const given = texts.get(name)
        const { source, path } = given !== undefined && 'text' in given ? given : { source: standIn, path: undefined }
        const shown = isSecret ? undefined : (path ?? facts.write(value))
        return { name, group, description, isSecret, value: shown, source }
      }),
  }
}
