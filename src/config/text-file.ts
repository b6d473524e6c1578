import { readFileSync } from 'node:fs'
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
    throw new SettingFault(`cannot be read (${codeOf(error)}). Let this user read it as a file.`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SettingFault('is not text in UTF-8. Save it in that encoding; random bytes must be written as base64.')
  }
}

/** The code of a system error (`ENOENT`), or as much as is known of another one. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
