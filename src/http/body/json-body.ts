import { isUtf8 } from 'node:buffer'
import { AuthError } from '../../errors.ts'
import { countedPassword } from '../../passwords/counted-password.ts'
import { isJsonObject, type JsonObject } from '../../platform/json.ts'
import { decoderOf } from './charset.ts'
import { parseForm } from './form-fields.ts'

/**
 * Reads a JSON object; an empty body counts as an empty object.
 *
 * @throws AuthError `invalid_request`
 */
export function readJsonBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) return {}
  let value: unknown
  try {
    value = isUtf8(bytes) ? JSON.parse(bytes.toString('utf8')) : undefined
  } catch {
    value = undefined
  }
  if (isJsonObject(value)) return value
  throw new AuthError('invalid_request', { detail: 'the body is not a JSON object in UTF-8' })
}

/**
 * The parameters of a form. None may appear twice, so that all programs read the same ones (RFC 6749 §3.1).
 *
 * @throws AuthError `invalid_request`
 */
export function readFormBody(bytes: Buffer): JsonObject {
  const entries = entriesOf(bytes)
  const values = new Map(entries)
  if (entries === undefined || values.size < entries.length) {
    throw new AuthError('invalid_request', { detail: 'the form is not UTF-8 or repeats a parameter' })
  }
  return Object.fromEntries(values)
}

function entriesOf(bytes: Buffer): [string, string][] | undefined {
  try {
    return parseForm(bytes, decoderOf(undefined))
  } catch {
    return undefined
  }
}

/**
 * The members of a body, with the password trimmed if TRIM_PASSWORDS says so. Otherwise, nobody could log in on the
 * classic paths with a password that was set here.
 */
export function withCountedPassword<Body extends object>(body: Body, trimPasswords: boolean): Body {
  if (!('password' in body) || typeof body.password !== 'string') return body
  return { ...body, password: countedPassword(body.password, trimPasswords) }
}
