import { resolve } from 'node:path'
import { type SettingFacts, SettingFault, type SettingSource } from '../platform/setting.ts'
import { type EnvFile, parseEnvFile } from './env-file.ts'
import type { EnvFilePlace } from './env-file-place.ts'
import { findIntendedName } from './misspelling.ts'
import { findPythonSettings } from './python-settings.ts'
import { readTextFile } from './text-file.ts'

/** The text of a setting and its source, for the faults found in it. */
type Given = {
  text: string
  from: string
  source: SettingSource
  /** The file that the text was read from, if the setting names a file. */
  path?: string
}

/** The value of a setting: a text, or the fault (a complete line) that explains why there is none. */
export type GivenText = Given | { fault: string }

/** All settings that were set, by name, and the faults that belong to none of them. */
type GivenSettings = {
  texts: ReadonlyMap<string, GivenText>
  /** Each with the setting that was probably meant, if one is similar. */
  faults: readonly { sentence: string; about?: string }[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Names of this length in the environment are so specific that a similar name is a misspelling, not another program's
 * variable.
 */
const distinctiveLength = 13

/**
 * Collects the settings from the environment and, for others, from the file of settings; secrets also from files named
 * in `NAME_FILE`. An empty text counts as not set.
 *
 * @param place the file of settings; undefined: none is read
 */
export function gatherSettings(
  environment: Environment,
  workingDirectory: string,
  settings: readonly SettingFacts[],
  place: EnvFilePlace | undefined,
): GivenSettings {
  const known = new Set(settings.flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name])))
  const { entries, sentences } = readEnvFile(place, known)
  const inEnvFile = (line: number) => `${place?.shown ?? '.env'}, line ${line}`
  // A program that passes settings as an object has no such file.
  const elsewhere = place === undefined ? 'createLatchkey' : 'environment'
  const texts = new Map<string, GivenText>()

  function find(name: string): Given | undefined {
    const text = environment[name] ?? ''
    if (text.trim() !== '') return { text, from: elsewhere, source: 'environment' }
    const entry = entries.get(name)
    return entry === undefined || entry.text.trim() === ''
      ? undefined
      : { text: entry.text, from: inEnvFile(entry.line), source: 'env_file' }
  }

  for (const { name, isSecret, isFile } of settings) {
    const given = find(name)
    const file = isSecret ? find(`${name}_FILE`) : undefined
    if (given !== undefined && file !== undefined) {
      const fault = `${name} (${given.from}) and ${name}_FILE (${file.from}): both are set. Keep one of them.`
      texts.set(name, { fault })
    } else if (given !== undefined && isFile && given.text.trim().toLowerCase() !== 'none') {
      const read = readSettingFile(name, given, workingDirectory, given)
      texts.set(name, 'text' in read ? { ...read, path: given.text.trim() } : read)
    } else if (given !== undefined) {
      texts.set(name, isSecret ? given : { ...given, text: given.text.trim() })
    } else if (file !== undefined) {
      const place = { from: `${name}_FILE`, source: 'secret_file' } as const
      texts.set(name, readSettingFile(`${name}_FILE`, file, workingDirectory, place))
    }
  }
  const isSet = (name: string) => find(name) !== undefined
  const misspelt = findMisspellings(environment, entries, settings, isSet, inEnvFile)
  const unusable = findPythonSettings(find).map((sentence) => ({ sentence, about: 'DJOSER' }))
  return { texts, faults: [...sentences.map((sentence) => ({ sentence })), ...misspelt, ...unusable] }
}

/** The content of the file of settings, and its faults as complete lines. */
function readEnvFile(
  place: EnvFilePlace | undefined,
  known: ReadonlySet<string>,
): { entries: EnvFile['entries']; sentences: string[] } {
  if (place === undefined) return { entries: new Map(), sentences: [] }
  const { path, shown, chosenBy } = place
  try {
    const text = readTextFile(path)
    const { entries, faults } = parseEnvFile(text ?? '')
    const ours = faults.filter(({ name }) => name === undefined || known.has(name))
    const sentences = ours.map(({ line, sentence }) => `${shown}, line ${line}: ${sentence}`)
    const isMissing = text === undefined && chosenBy !== undefined
    return { entries, sentences: isMissing ? [`${chosenBy}: there is no file ${path}. Correct the path.`] : sentences }
  } catch (error) {
    if (!(error instanceof SettingFault)) throw error
    return { entries: new Map(), sentences: [`${shown}: ${error.message}`] }
  }
}

/**
 * The content of the file that a variable names, without the line break that editors add. The faults do not repeat the
 * path, because it is the secret itself if somebody confused `NAME_FILE` with `NAME`.
 *
 * @param place where the variable is set, for the faults
 */
function readSettingFile(
  name: string,
  { text: path, from }: Given,
  workingDirectory: string,
  { from: contentFrom, source }: Pick<Given, 'from' | 'source'>,
): GivenText {
  const fault = (sentence: string) => ({ fault: `${name} (${from}): the file it names ${sentence}` })
  try {
    const text = readTextFile(resolve(workingDirectory, path.trim()))?.replace(/\r?\n$/, '')
    if (text === undefined) return fault('does not exist. Create it, or correct its path.')
    return text.trim() === '' ? fault('is empty. Put the value into it.') : { text, from: contentFrom, source }
  } catch (error) {
    if (error instanceof SettingFault) return fault(error.message)
    throw error
  }
}

function findMisspellings(
  environment: Environment,
  entries: EnvFile['entries'],
  settings: readonly SettingFacts[],
  isSet: (name: string) => boolean,
  inEnvFile: (line: number) => string,
): { sentence: string; about: string }[] {
  const known = settings.flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name]))
  const distinctive = known.filter((name) => name.length >= distinctiveLength)
  function misspelling(name: string, candidates: readonly string[], from: string) {
    if (known.includes(name)) return []
    const noSecret = candidates.find((candidate) => name === `${candidate}_FILE`)
    if (noSecret !== undefined) {
      const sentence = `${name} (${from}): only secrets can be read from files. Set ${noSecret} itself.`
      return [{ sentence, about: noSecret }]
    }
    const intended = findIntendedName(name, candidates)
    if (intended === undefined || isSet(intended)) return []
    return [{ sentence: `${name} (${from}): there is no such setting. Did you mean ${intended}?`, about: intended }]
  }
  return [
    ...[...entries].flatMap(([name, { line }]) => misspelling(name, known, inEnvFile(line))),
    ...Object.keys(environment).flatMap((name) => misspelling(name, distinctive, 'environment')),
  ]
}
