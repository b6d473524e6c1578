import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The variable that names the file of settings, for the server and the command line alike. */
const ENV_FILE_VARIABLE = 'LATCHKEY_ENV_FILE'

/** The file of settings that is read in addition to the environment. */
export type EnvFilePlace = {
  /** Absolute. */
  path: string
  /** Its name in messages: `.env`, or the path if somebody chose the file. */
  shown: string
  /** How it was chosen, if it was; then it must exist. */
  chosenBy: '--env-file' | typeof ENV_FILE_VARIABLE | undefined
}

type PlacesToLook = {
  environment: Readonly<Record<string, string | undefined>>
  workingDirectory: string
  /** What `--env-file` names. */
  option: string | undefined
}

/** Decides which file of settings is read: that of `--env-file`, else that of `LATCHKEY_ENV_FILE`, else `.env` here. */
export function findEnvFile({ environment, workingDirectory, option }: PlacesToLook): EnvFilePlace {
  const variable = environment[ENV_FILE_VARIABLE]?.trim() ?? ''
  const chosen = option ?? variable
  const path = resolve(workingDirectory, chosen || '.env')
  if (chosen === '') return { path, shown: '.env', chosenBy: undefined }
  return { path, shown: path, chosenBy: option === undefined ? ENV_FILE_VARIABLE : '--env-file' }
}

/** A sentence that says where settings come from, for people who wonder why one of them is missing. */
export function describeSource(place: EnvFilePlace | undefined): string {
  if (place === undefined) return 'Settings come from this program.'
  const remark = existsSync(place.path) ? '' : ', which does not exist'
  return `Settings come from the environment and from ${place.path}${remark}.`
}
