import {
  type Static,
  type TArray,
  type TBoolean,
  type TEnum,
  type TInteger,
  type TObject,
  type TSchema,
  type TString,
  type TUnsafe,
  Type,
} from 'typebox'
import { formatDuration, parseDuration } from './duration.ts'

/** The fault of a setting's text and how to fix it, as a sentence that follows the setting's name. */
export class SettingFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'SettingFault'
  }
}

/** How a concept declares one of its settings. */
export type Declaration = {
  /** What the setting does, in plain words: the manual and `doctor` show it. */
  description: string
  /** Whether its value must not be shown. A secret can also be read from a file, with `NAME_FILE`. */
  isSecret?: boolean
  /** Whether its text is the path of a file, and the content of that file is the value; unless the text is `none`. */
  isFile?: boolean
  /** Default `text`. */
  form?: SettingForm
} & (FixedDefault | DerivedDefault)

/** The kind of a setting's text, which decides which type a program may pass instead. */
export type SettingForm = 'text' | 'switch' | 'choice' | 'number' | 'duration' | 'list'

type FixedDefault = {
  /** The default, as a person would write it. */
  default: string
}

type DerivedDefault = {
  /** The default in words, if it depends on other settings; config.ts computes it. */
  derivedDefault: string
}

/** The facts that the code that reads the environment needs. */
export type SettingFacts = {
  /** The name in the environment. */
  name: string
  description: string
  isSecret: boolean
  isFile: boolean
  form: SettingForm
  /** The words of a `choice`; otherwise empty. */
  choices: readonly string[]
  default: string | undefined
  derivedDefault: string | undefined
  /** @throws SettingFault */
  read(text: string): unknown
  /** Writes a value as text. */
  write(value: unknown): string
}

/** The possible sources of a setting's value. `secret_file` is the file that `NAME_FILE` names. */
export const settingSources = ['environment', 'env_file', 'secret_file', 'compatibility', 'default'] as const

export type SettingSource = (typeof settingSources)[number]

/** The current value of a setting, for people. */
export type EffectiveSetting = {
  name: string
  /** Its heading in the manual. */
  group: string
  description: string
  isSecret: boolean
  /** The value as a person would write it; for a file, its path; undefined for a secret. */
  value: string | undefined
  source: SettingSource
}

/** The schema of a setting's value, together with the facts about its text. */
export type Setting<Schema extends TSchema = TSchema> = Schema & { setting: SettingFacts }

/** The settings of one concept: the schema of the object it receives, with a heading for the manual. */
export type SettingGroup<Settings extends Record<string, Setting> = Record<string, Setting>> = TObject<Settings> & {
  title: string
}

/** Joins the settings of one concept under their names in the code, units included. */
export function settingGroup<Settings extends Record<string, Setting>>(
  title: string,
  settings: Settings,
): SettingGroup<Settings> {
  return Object.assign(Type.Object(settings), { title })
}

/**
 * A setting of any kind: the schema of its value, and how to read the value from text.
 *
 * @param write writes the value so that `read` reads it again; never called for secrets and files
 */
export function setting<Schema extends TSchema>(
  schema: Schema,
  name: string,
  declaration: Declaration,
  read: (text: string) => Static<Schema>,
  write: (value: Static<Schema>) => string = String,
): Setting<Schema> {
  const { description, isSecret = false, isFile = false, form = 'text' } = declaration
  const fixed = 'default' in declaration ? declaration.default : undefined
  const derivedDefault = 'derivedDefault' in declaration ? declaration.derivedDefault : undefined
  const choices = Type.IsEnum(schema) ? schema.enum.map(String) : []
  const kind = { isSecret, isFile, form, choices }
  const facts: SettingFacts = { name, description, ...kind, default: fixed, derivedDefault, read, write }
  return Object.assign(schema, { description, setting: facts })
}

const maxTextLength = 2_000

/** One line of text. */
export function text(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ minLength: 1, maxLength: maxTextLength }), name, declaration, readLine)
}

/** true or false. */
export function onOff(name: string, declaration: Declaration): Setting<TBoolean> {
  return setting(Type.Boolean(), name, { ...declaration, form: 'switch' }, (text) => {
    const word = text.toLowerCase()
    if (['true', 'on', 'yes', '1'].includes(word)) return true
    if (['false', 'off', 'no', '0'].includes(word)) return false
    throw new SettingFault(`${quoted(text)} is not a switch. Write true or false (on, off, yes and no also work).`)
  })
}

/** One word of a closed list, in any case. */
export function choice<const Choices extends string[]>(
  name: string,
  choices: readonly [...Choices],
  declaration: Declaration,
): Setting<TEnum<Choices>> {
  const words: readonly string[] = choices
  return setting(Type.Enum(choices), name, { ...declaration, form: 'choice' }, (text) => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
    if (found === undefined) throw new SettingFault(`${quoted(text)} is not one of the choices. Write ${oneOf(words)}.`)
    return found as Static<TEnum<Choices>>
  })
}

/** A whole number between two bounds, both included. */
export function integer(
  name: string,
  { minimum, maximum, ...declaration }: Declaration & { minimum: number; maximum: number },
): Setting<TInteger> {
  return setting(Type.Integer({ minimum, maximum }), name, { ...declaration, form: 'number' }, (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= minimum && value <= maximum) return value
    throw new SettingFault(`${quoted(text)} is not valid. Write a whole number from ${minimum} to ${maximum}.`)
  })
}

const centuryMs = 36_525 * 86_400_000

/**
 * A length of time, in milliseconds.
 *
 * @param declaration.shortest default `0s`
 * @param declaration.longest default 100 years; at most 24 days for durations that timers use, because timers cannot
 *   wait longer
 * @param declaration.isWholeSeconds for durations in claims, which count seconds (RFC 7519 §2)
 */
export function duration(
  name: string,
  { shortest = '0s', longest = '36525d', isWholeSeconds = false, ...declaration }: Declaration & DurationBounds,
): Setting<TInteger> {
  const minimum = parseDuration(shortest) ?? 0
  const maximum = parseDuration(longest) ?? centuryMs
  return setting(
    Type.Integer({ minimum, maximum }),
    name,
    { ...declaration, form: 'duration' },
    (text) => {
      const refuse = (sentence: string) => new SettingFault(`${quoted(text)} ${sentence}`)
      const ms = parseDuration(text)
      if (/^\d+$/.test(text)) throw refuse(`has no unit. Add one: ${text}s, ${text}m, ${text}h or ${text}d.`)
      if (ms === undefined)
        throw refuse('is not a duration. Write a whole number and a unit, such as 90s, 5m, 12h or 30d.')
      if (ms < minimum) throw refuse(`is too short. Write ${shortest} or more.`)
      if (ms > maximum) {
        throw refuse(
          maximum < centuryMs ? `is too long. Write ${longest} or less.` : 'is longer than 100 years. Write less.',
        )
      }
      if (isWholeSeconds && ms % 1_000 !== 0)
        throw refuse('has a fraction of a second. Write whole seconds, such as 2s.')
      return ms
    },
    formatDuration,
  )
}

type DurationBounds = { shortest?: string; longest?: string; isWholeSeconds?: boolean }

/**
 * Several values, separated by commas or line breaks.
 *
 * @param declaration.minItems default 0; an empty list is written `none`
 * @param readItem reads one value, without the spaces around it; throws SettingFault
 */
export function list(
  name: string,
  { minItems = 0, ...declaration }: Declaration & { minItems?: number },
  readItem: (item: string) => string,
): Setting<TArray<TString>> {
  return setting(
    Type.Array(Type.String(), { minItems }),
    name,
    { ...declaration, form: 'list' },
    (text) => {
      const items = text.split(/[,\n]/).map((item) => item.trim())
      const given = isNone(text.trim()) && minItems === 0 ? [] : items.filter((item) => item !== '')
      if (given.length < minItems) throw new SettingFault('is empty. Write one value, or several separated by commas.')
      return given.map(readItem)
    },
    (items) => items.join(', ') || 'none',
  )
}

/** The same setting, which may also be `none` (undefined). */
export function orNone<Schema extends TSchema>({
  setting: facts,
  ...schema
}: Setting<Schema>): Setting<TUnsafe<Static<Schema> | undefined>> {
  const read = (text: string) => (isNone(text) ? undefined : facts.read(text))
  const write = (value: unknown) => (value === undefined ? 'none' : facts.write(value))
  return Object.assign(Type.Unsafe<Static<Schema> | undefined>(schema), { setting: { ...facts, read, write } })
}

/**
 * A text to quote in the sentence of a fault: in quotes, on one line. It does not show texts that are long or may
 * contain a password (`https://user:pw@host`): they could be a secret under a wrong name.
 */
export function quoted(text: string): string {
  return text.length > 60 || text.includes('@') ? 'this value' : JSON.stringify(text)
}

/** Reads one line of text. @throws SettingFault on control characters and on more than 2,000 characters */
export function readLine(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new SettingFault('contains a line break or control character. Write one line.')
  if (text.length > maxTextLength) throw new SettingFault(`is longer than ${maxTextLength} characters. Write less.`)
  return text
}

function isNone(text: string): boolean {
  return text.toLowerCase() === 'none'
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? String(words[0]) : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
