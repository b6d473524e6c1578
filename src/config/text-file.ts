import { readFileSync } from 'node:fs'
import { isError } from '../platform/is-error.ts'
import { SettingFault } from '../platform/setting.ts'

/**
 * Reads a file of text, without its byte order mark. Undefined if it is not there.
 *
 * @throws SettingFault if it cannot be read or is not UTF-8; never with any of its content
 */
export function readTextFile(path: string): string | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new SettingFault(`cannot be read (${codeOf(error)}). Give this user permission to read the file.`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SettingFault('is not UTF-8 text. Save it as UTF-8, and write random bytes as base64.')
  }
}

/** The code of a system error (`ENOENT`), or whatever is known about another error. */
export function codeOf(error: unknown): string {
  return isError(error) && 'code' in error ? String(error.code) : String(error)
}
