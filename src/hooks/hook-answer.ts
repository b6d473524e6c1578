import { AuthError, errorCodes } from '../errors.ts'
import { isError } from '../platform/is-error.ts'
import { isJsonObject, type JsonObject } from '../platform/json.ts'

/** The largest size of a hook's claims in a token, in bytes of JSON. */
export const maxHookClaimsBytes = 1_024
/** The deepest nesting of arrays and objects in them. */
const MAX_DEPTH = 8
const MESSAGE_LIMIT = 500

/** What is wrong with the answer of a hook. For the log only; the client does not see it. */
export class HookFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'HookFault'
  }
}

/**
 * The refusal that a `before…` hook returned; undefined if it let the operation pass.
 *
 * @throws HookFault
 */
export function readRefusal(answer: unknown): AuthError | undefined {
  if (answer === undefined) return undefined
  if (!isJsonObject(answer)) throw new HookFault('it returned neither an object nor undefined')
  if (answer.refuse === undefined) return undefined
  if (!isJsonObject(answer.refuse)) throw new HookFault('refuse is not an object')
  const { code, message, field } = answer.refuse
  if (typeof code !== 'string' || !/^[a-z][a-z0-9_]{0,63}$/.test(code)) {
    throw new HookFault('the code of its refusal may contain only lower-case letters, digits and _')
  }
  if (errorCodes.some((own) => own === code)) throw new HookFault(`the code ${code} means something else already`)
  if (typeof message !== 'string' || message === '' || message.length > MESSAGE_LIMIT) {
    throw new HookFault(`the message of its refusal is no text of 1 to ${MESSAGE_LIMIT} characters`)
  }
  if (field === undefined) return new AuthError('hook_refused', { detail: code, told: { code, message } })
  if (typeof field !== 'string' || !/^[a-z][a-z0-9_/]{0,63}$/.test(field)) {
    throw new HookFault('the field of its refusal is not a valid field name')
  }
  return new AuthError('invalid_fields', { detail: code, faults: [{ field, fault: code, message }] })
}

/**
 * The claims that `beforeToken` returned, as JSON.
 *
 * @throws HookFault
 */
export function readClaims(answer: unknown): JsonObject {
  if (!isJsonObject(answer) || answer.claims === undefined) return {}
  if (!isJsonObject(answer.claims)) throw new HookFault('claims is not an object')
  const claims = toJson(answer.claims, 'claims', maxHookClaimsBytes)
  if (isDeeperThan(claims, MAX_DEPTH)) throw new HookFault(`its claims are nested more than ${MAX_DEPTH} deep`)
  return claims
}

/** The object as JSON has it. @param most bytes @throws HookFault */
function toJson(value: JsonObject, what: string, most: number): JsonObject {
  let json: string
  try {
    json = JSON.stringify(value) ?? 'null'
  } catch (cause) {
    throw new HookFault(`its ${what} are no JSON: ${isError(cause) ? cause.message : cause}`)
  }
  if (Buffer.byteLength(json) > most) throw new HookFault(`its ${what} take up more than ${most} bytes`)
  const read: unknown = JSON.parse(json)
  if (!isJsonObject(read)) throw new HookFault(`its ${what} are not a JSON object`)
  return read
}

function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return limit === 0 || Object.values(value).some((member) => isDeeperThan(member, limit - 1))
}

/** The largest size of the members that a hook adds to an answer, in bytes of JSON. */
const MOST_MEMBERS_BYTES = 16_384

/**
 * The members that `addToAnswer` returned, as JSON.
 *
 * @throws HookFault
 */
export function readMembers(answer: unknown): JsonObject {
  if (answer === undefined) return {}
  if (!isJsonObject(answer) || !isJsonObject(answer.members)) throw new HookFault('it returned no object with members')
  return toJson(answer.members, 'members', MOST_MEMBERS_BYTES)
}
