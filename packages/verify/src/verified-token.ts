import { type Claims, own } from './claims.ts'
import { VerifyError } from './verify-error.ts'

/** What a valid access token says. It is frozen, because several requests may share it. */
export type VerifiedToken = {
  /** The account: `sub`, otherwise the claim that `accountClaim` names, as a string. Ids are never used again. */
  readonly accountId: string
  /** The session: `sid`. Undefined if the token names none. */
  readonly sessionId: string | undefined
  /** The permissions of the account. Empty unless Latchkey has `PERMISSIONS_CLAIM`. */
  readonly permissions: readonly string[]
  /** The names of its groups. Empty unless Latchkey has `GROUPS_CLAIM`. */
  readonly groups: readonly string[]
  /** In epoch milliseconds. */
  readonly issuedAt: number
  /** In epoch milliseconds. */
  readonly expiresAt: number
  /** All claims as they are in the token. */
  readonly claims: Claims
}

/** Which claims contain the account and its rights. */
export type ClaimNames = { account: string; permissions: string; groups: string }

/**
 * Reads claims that were checked.
 *
 * @throws VerifyError `token_not_valid` if they name no account
 */
export function readVerifiedToken(claims: Claims, names: ClaimNames): VerifiedToken {
  return deepFreeze({
    accountId: readAccountId(claims, names.account),
    sessionId: readSessionId(claims),
    permissions: readStrings(own(claims, names.permissions)),
    groups: readStrings(own(claims, names.groups)),
    issuedAt: Number(claims.iat) * 1000,
    expiresAt: Number(claims.exp) * 1000,
    claims,
  })
}

function readAccountId(claims: Claims, accountClaim: string): string {
  const id = own(claims, 'sub') ?? own(claims, accountClaim)
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id)
  if (typeof id === 'string' && id !== '') return id
  throw new VerifyError('token_not_valid', { detail: `it names no account in sub or ${accountClaim}` })
}

function readSessionId(claims: Claims): string | undefined {
  const sid = own(claims, 'sid')
  if (sid === undefined || (typeof sid === 'string' && sid !== '')) return sid
  throw new VerifyError('token_not_valid', { detail: 'its sid is not a string' })
}

/** Anything but a list of strings grants no rights. */
function readStrings(value: unknown): string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [...value] : []
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) deepFreeze(member)
  }
  return Object.freeze(value)
}
