import { isUtf8 } from 'node:buffer'
import { AuthError } from '../../errors.ts'

/**
 * A JSON object; an empty body counts as an empty one.
 *
 * @throws AuthError `invalid_request`
 */
export function readJsonBody(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {}
  let value: unknown
  try {
    value = isUtf8(bytes) ? JSON.parse(bytes.toString('utf8')) : undefined
  } catch {
    value = undefined
  }
  if (isObject(value)) return value
  throw new AuthError('invalid_request', { detail: 'the body is no JSON object in UTF-8' })
}

/**
 * The parameters of a form. None may come twice, so that no two programs read different ones (RFC 6749 §3.1).
 *
 * @throws AuthError `invalid_request`
 */
export function readFormBody(bytes: Buffer): Record<string, unknown> {
  const entries = isUtf8(bytes) ? [...new URLSearchParams(bytes.toString('utf8'))] : undefined
  const values = new Map(entries)
  if (entries === undefined || values.size < entries.length) {
    throw new AuthError('invalid_request', { detail: 'the form is not UTF-8, or has a parameter twice' })
  }
  return Object.fromEntries(values)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
