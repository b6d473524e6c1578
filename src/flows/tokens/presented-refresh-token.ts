import type { Account } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import { findPasswordChange } from '../../passwords/password-store.ts'
import { findSession } from '../../sessions/session-store.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { OpenedToken } from '../../tokens/opened-token.ts'
import { adoptedSessionId, spentTokenId } from '../../tokens/refresh-rotation.ts'
import {
  endOfExpired,
  isForeignTokenVoid,
  type RefreshTokenRules,
  type RefreshTokenState,
  stateInSession,
  stateOfAdopted,
  type TokenHolder,
} from '../../tokens/refresh-token-state.ts'
import { type Token, uidOf } from '../../tokens/token.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'

/** Reads what a refresh token names and determines its state. One statement, unless another server issued the token. */
export async function readRefreshTokenState(
  db: Queryable,
  token: Token,
  rules: RefreshTokenRules,
  now: number,
): Promise<RefreshTokenState> {
  // A token without an id cannot have been used. The verifier refuses it when somebody tries to use it.
  if (token.tokenId === undefined) return { kind: 'unknown' }
  const holder = await findTokenHolder(db, { uid: uidOf(token), sessionId: token.sessionId })
  return refreshTokenStateOf(db, token, holder, rules, now)
}

/**
 * The same for a token whose account and session were read before. No statement, unless another server issued the
 * token.
 */
export function refreshTokenStateOf(
  db: Queryable,
  token: Token,
  holder: TokenHolder,
  rules: RefreshTokenRules,
  now: number,
): RefreshTokenState | Promise<RefreshTokenState> {
  if (token.tokenId === undefined) return { kind: 'unknown' }
  const state = stateInSession(token, holder, rules, now)
  if (state !== undefined) return state
  // An access token of one of our sessions: no other server has made it, so it cannot have been taken over.
  if (token.use === 'access' && holder.session !== undefined) return { kind: 'unknown' }
  return rules.adoptsForeignTokens || token.isCarriedOver
    ? readForeignState(db, token.tokenId, token, holder.account, rules, now)
    : { kind: 'unknown' }
}

async function readForeignState(
  db: Queryable,
  tokenId: string,
  token: Token,
  account: Account | undefined,
  rules: RefreshTokenRules,
  now: number,
): Promise<RefreshTokenState> {
  const sessionId = adoptedSessionId(tokenId)
  const adopted = (await findSession(db, sessionId)) ?? (await findSession(db, spentTokenId(sessionId)))
  if (adopted !== undefined)
    return stateOfAdopted(adopted, account, token.isCarriedOver ? { ...rules, ...ONCE } : rules, now)
  const passwordChangedAt = account && rules.revokeOnPasswordChange ? await passwordChangeOf(db, account) : undefined
  const isVoid = account !== undefined && isForeignTokenVoid(token, account, passwordChangedAt, rules)
  return isVoid ? { kind: 'unknown' } : { kind: 'adoptable', sessionId, account }
}

/** A token that was carried over is exchanged once, whatever becomes of our own. */
const ONCE = { rotateRefreshTokens: true, blacklistAfterRotation: true }

/** When the account's password was last changed here; undefined: never. */
export async function passwordChangeOf(
  db: Queryable,
  { id, credentialsVersion }: Account,
): Promise<number | undefined> {
  // For an account that was only imported, this server knows of no password change.
  if (credentialsVersion === 0) return undefined
  return (await findPasswordChange(db, id)) ?? Number.POSITIVE_INFINITY
}

type OpenParts = {
  verifier: TokenVerifier
  database: Database
  settings: RefreshTokenRules
  onExpired?: (token: Token) => void
}

/**
 * Opens a refresh token. If it is genuine and merely expired, the refusal says what became of its session, as long as
 * that is remembered.
 *
 * @param parts.onExpired called for such a token before the database is queried
 * @throws AuthError as `TokenVerifier.open`
 */
export async function openRefreshToken(
  { verifier, database, settings, onExpired }: OpenParts,
  text: string,
  now: number,
): Promise<OpenedToken> {
  try {
    return await verifier.open(text, now)
  } catch (error) {
    const token = verifier.openExpired(text, now)
    if (token === undefined) throw error
    onExpired?.(token)
    const holder = await findTokenHolder(database.read, { uid: uidOf(token), sessionId: token.sessionId })
    const endReason = endOfExpired(token, holder, settings, now)
    throw endReason === undefined ? error : new AuthError('token_not_valid', { endReason, detail: 'it has expired' })
  }
}
