import { isActive } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import { joinedRights, readJoinedRights } from '../../permissions/joined-rights-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findTokenHolder, tokenHolderWith } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import { requireUid } from '../../tokens/token.ts'
import { isAccessTokenOf } from '../../tokens/token-of-session.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import { hasFactorHere, UNPROVEN } from '../mfa/owes-factor.ts'
import type { Caller } from '../rights/actor.ts'
import { carriedOverCaller } from './carried-over.ts'

type AuthenticateParts = {
  database: Database
  clock: Clock
  verifier: TokenVerifier
  settings: { checkSession: boolean; endSessionsOnDeactivation: boolean; revokeOnPasswordChange: boolean }
}

/**
 * Finds out who presents an access token. It reads the account and, with CHECK_SESSION, the session from the database
 * each time, in one statement: anything that any process has ended is refused from the next request on. A token that
 * another server issued under the same key is refused if its account has a second factor here.
 *
 * @throws AuthError `token_not_valid` and the other token codes, `token_without_account`, `account_not_found`,
 * `account_inactive`, `token_revoked`; if the session has ended, with the end reason
 */
export type Authenticate = (token: string, options?: AuthenticateOptions) => Promise<Caller>

/** `withRights`: also reads the caller's rights, in the same statement if it can. Default: false. */
type AuthenticateOptions = { withRights?: boolean | undefined }

const findHolderWithRights = tokenHolderWith(joinedRights)

type Found = Awaited<ReturnType<typeof findTokenHolder>> & { columnValue?: string | undefined }

export function createAuthenticate({ database, clock, verifier, settings }: AuthenticateParts): Authenticate {
  return async (text, { withRights = false } = {}) => {
    const now = clock.now()
    const token = await verifier.verifyAccess(text, now)
    const uid = requireUid(token)
    if (token.isCarriedOver) return carriedOverCaller(database.read, token, settings)
    const { sessionId } = token
    const named = { uid, sessionId: settings.checkSession ? sessionId : undefined }
    const { account, session, columnValue }: Found = withRights
      ? await findHolderWithRights(database.read, named)
      : await findTokenHolder(database.read, named)
    const isKnown = session !== undefined && isAccessTokenOf(token, session, account)
    const endReason = isKnown ? sessionEnd(session, account, now, settings) : undefined
    if (account === undefined) throw new AuthError('account_not_found', { endReason })
    if (!isActive(account)) throw new AuthError('account_inactive', { endReason: endReason ?? 'deactivated' })
    if (settings.checkSession) {
      if (!isKnown) throw new AuthError('token_not_valid', { detail: 'its session is unknown' })
      if (endReason !== undefined) throw new AuthError('token_revoked', { endReason })
    }
    // Only another server issues tokens without a session.
    if (sessionId === undefined && (await hasFactorHere(database.read, account.id))) {
      throw new AuthError('token_revoked', { detail: UNPROVEN })
    }
    const caller: Caller = { account, sessionId, session }
    return columnValue === undefined ? caller : { ...caller, rights: readJoinedRights(columnValue) }
  }
}
