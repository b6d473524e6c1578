import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readSecretKey } from '../keys/settings.ts'
import { type Random, randomId, randomSecret } from '../platform/random.ts'
import { SettingFault } from '../platform/setting.ts'
import { codeOf, readTextFile } from './text-file.ts'

/**
 * The secret of a development server without SECRET_KEY: generated at the first start and stored in `path` for the next
 * ones, readable only by its owner. If several processes start at once, one generates it and the others use it.
 *
 * @throws SettingFault if it can be neither read nor created, or if the stored one is not a valid secret
 */
export function keptSecretKey(path: string, random: Random): string {
  return readKept(path) ?? make(path, random)
}

/**
 * The secret that a development server has stored in `path`; it never generates one.
 *
 * @throws SettingFault if there is none, or if it is not a valid secret
 */
export function findKeptSecretKey(path: string): string {
  const kept = readKept(path)
  if (kept === undefined) {
    throw new SettingFault(`is not set, and there is none in ${path}. Set it to the value that the server uses.`)
  }
  return kept
}

function readKept(path: string): string | undefined {
  try {
    const text = readTextFile(path)?.trim()
    return text === undefined ? undefined : readSecretKey(text)
  } catch (error) {
    if (!(error instanceof SettingFault)) throw error
    throw new SettingFault(
      `the one in ${path} ${error.message} Or delete that file, and the next start creates a new one; ` +
        'all users must then log in again.',
    )
  }
}

function make(path: string, random: Random): string {
  const folder = dirname(path)
  const draft = join(folder, `.secret-key-${randomId(random)}`)
  let failure = 'it disappeared again'
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(draft, `${randomSecret(random)}\n`, { mode: 0o600, flag: 'wx', flush: true })
    // A link appears at once with its complete content, and never replaces another process's file.
    linkSync(draft, path)
  } catch (error) {
    failure = codeOf(error)
  } finally {
    rmSync(draft, { force: true })
  }
  // Also after a failure, which usually means that another process was first.
  const kept = readKept(path)
  if (kept === undefined) {
    throw new SettingFault(
      `is not set, and Latchkey cannot store a generated one in ${path} (${failure}). Set it, or make that folder writable.`,
    )
  }
  return kept
}
