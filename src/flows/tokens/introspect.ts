import { type Account, isActive } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import {
  type IntrospectionClaims,
  introspectionClaims,
  introspectionClaimsOfKey,
} from '../../tokens/introspection-claims.ts'
import type { RefreshTokenRules } from '../../tokens/refresh-token-state.ts'
import { type Token, type TokenUse, uidOf } from '../../tokens/token.ts'
import { isAccessTokenOf } from '../../tokens/token-of-session.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { carriedOverCaller } from './carried-over.ts'
import { readRefreshTokenState } from './presented-refresh-token.ts'
import { isKey, type SessionKeys } from './session-keys.ts'

type IntrospectParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  sessionKeys: Pick<SessionKeys, 'authenticate'>
  settings: RefreshTokenRules & { userIdClaim: string }
}

/** What a token is worth now. Only its holder learns why it is not active. */
export type Introspection =
  | { isActive: false }
  | { isActive: true; use: TokenUse | 'key'; claims: IntrospectionClaims; username: string }

/**
 * Checks whether a token of either kind or a key is valid (RFC 7662). It writes nothing but the time at which a key was
 * last used. It checks the session even with CHECK_SESSION off. A refresh token is valid while it is the next one to be
 * used.
 */
export type Introspect = (token: string) => Promise<Introspection>

export function createIntrospect(parts: IntrospectParts): Introspect {
  const { database, clock, verifier, sessionKeys, settings } = parts

  async function findActive(text: string, now: number): Promise<Introspection> {
    const opened = await verifier.open(text, now)
    opened.checkUse('either')
    const { token } = opened
    const account = token.use === 'refresh' ? await holderOfRefresh(token, now) : await holderOfAccess(token, now)
    if (token.use === undefined || account === undefined || !isActive(account)) return { isActive: false }
    return {
      isActive: true,
      use: token.use,
      claims: introspectionClaims(opened.allClaims()),
      username: account.username,
    }
  }

  /** The account of a valid access token; undefined for any other token. @throws AuthError as `carriedOverCaller` */
  async function holderOfAccess(token: Token, now: number): Promise<Account | undefined> {
    if (token.isCarriedOver) return (await carriedOverCaller(database.read, token, settings)).account
    const { account, session } = await findTokenHolder(database.read, { uid: uidOf(token), sessionId: token.sessionId })
    // Another server's token, accepted with its key: it names no session.
    if (token.sessionId === undefined) return settings.adoptsForeignTokens ? account : undefined
    if (session === undefined || !isAccessTokenOf(token, session, account)) return undefined
    return sessionEnd(session, account, now, settings) === undefined ? account : undefined
  }

  /** The same for a refresh token. */
  async function holderOfRefresh(token: Token, now: number): Promise<Account | undefined> {
    const state = await readRefreshTokenState(database.read, token, settings, now)
    return state.kind === 'usable' || state.kind === 'adoptable' ? state.account : undefined
  }

  /** What a key stands for: the facts that an access token of its session would have. */
  async function findKey(text: string): Promise<Introspection> {
    const caller = await sessionKeys.authenticate(text)
    const claims = introspectionClaimsOfKey(caller, settings.userIdClaim)
    return { isActive: true, use: 'key', claims, username: caller.account.username }
  }

  return async (text) => {
    try {
      return isKey(text) ? await findKey(text) : await findActive(text, clock.now())
    } catch (error) {
      if (error instanceof AuthError) return { isActive: false }
      throw error
    }
  }
}
