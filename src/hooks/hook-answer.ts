import { AuthError, errorCodes } from '../errors.ts'
import { messageOf } from '../platform/is-error.ts'
import { isJsonObject, type JsonObject } from '../platform/json.ts'
import { textFaults } from '../platform/text-rules.ts'
import type { HookNewAccount, HookVerdict } from './hooks.ts'

/** The largest size of a hook's claims in a token, in bytes of JSON. */
export const maxHookClaimsBytes = 1_024
/** The deepest nesting of arrays and objects in them. */
const MAX_DEPTH = 8
const MESSAGE_LIMIT = 500

/** The fault of a hook's answer. For the log only; clients do not see it. */
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
  if (errorCodes.some((own) => own === code)) throw new HookFault(`the code ${code} is one of Latchkey's own`)
  if (typeof message !== 'string' || message === '' || message.length > MESSAGE_LIMIT) {
    throw new HookFault(`the message of its refusal is not a text of 1 to ${MESSAGE_LIMIT} characters`)
  }
  if (field === undefined) return new AuthError('hook_refused', { detail: code, hookRefusal: { code, message } })
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
    throw new HookFault(`its ${what} are not JSON: ${messageOf(cause)}`)
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

const textMembers = ['username', 'email', 'firstName', 'lastName', 'phoneNumber'] as const
const accountMembers: readonly string[] = [...textMembers, 'isEmailVerified', 'profile', 'groups', 'uid']
/** More groups than an account can have. */
const MOST_GROUPS = 200

/**
 * Reads what `verifyUnknownPassword` returned. Nothing means `verified: false`.
 *
 * @throws HookFault
 */
export function readVerdict(answer: unknown): HookVerdict {
  if (answer === undefined) return { verified: false }
  if (!isJsonObject(answer)) throw new HookFault('it returned neither an object nor undefined')
  const { verified, account } = answer
  if (typeof verified !== 'boolean') throw new HookFault('verified is neither true nor false')
  return account === undefined ? { verified } : { verified, account: readNewAccount(account) }
}

function readNewAccount(account: unknown): HookNewAccount {
  if (!isJsonObject(account)) throw new HookFault('account is not an object')
  const unknown = Object.keys(account).find((name) => !accountMembers.includes(name))
  if (unknown !== undefined) {
    throw new HookFault(
      `account has the unknown member ${JSON.stringify(unknown.slice(0, 40))}. Known: ${accountMembers.join(', ')}`,
    )
  }
  for (const name of textMembers) {
    if (!['undefined', 'string'].includes(typeof account[name])) throw new HookFault(`account.${name} is not a text`)
  }
  const { isEmailVerified, profile, groups, uid } = account
  if (!['undefined', 'boolean'].includes(typeof isEmailVerified)) {
    throw new HookFault('account.isEmailVerified is neither true nor false')
  }
  if (profile !== undefined && !isJsonObject(profile)) throw new HookFault('account.profile is not an object')
  const isListOfTexts = Array.isArray(groups) && groups.every((name) => typeof name === 'string')
  if (groups !== undefined && !(isListOfTexts && groups.length <= MOST_GROUPS)) {
    throw new HookFault(`account.groups is not a list of at most ${MOST_GROUPS} names`)
  }
  if (uid !== undefined && !isUid(uid)) {
    throw new HookFault('account.uid is neither a whole number above 0 nor a text of 1 to 255 characters')
  }
  return { ...(account as HookNewAccount), ...(profile && { profile: toJson(profile, 'profile', MOST_MEMBERS_BYTES) }) }
}

function isUid(uid: unknown): boolean {
  if (typeof uid === 'number') return Number.isSafeInteger(uid) && uid > 0
  return typeof uid === 'string' && uid !== '' && textFaults(uid, 255).length === 0
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
  if (!isJsonObject(answer) || !isJsonObject(answer.members))
    throw new HookFault('it did not return an object with members')
  return toJson(answer.members, 'members', MOST_MEMBERS_BYTES)
}
