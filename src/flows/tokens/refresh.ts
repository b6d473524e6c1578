import { type Account, isActive } from '../../accounts/account.ts'
import { confirmLogin } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingStranger, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { hookSession } from '../../hooks/hook-account.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Metrics, RefreshOutcome } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import {
  beginSession,
  refreshExpiry,
  type Session,
  type SessionLifetimes,
  spentSession,
} from '../../sessions/session.ts'
import { rotateSession, startSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { extraClaims, readExpiresAt } from '../../tokens/claims.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import { spentTokenId } from '../../tokens/refresh-rotation.ts'
import type { IssuedAccess, IssuedPair, TokenIssuer, TokenOwner } from '../../tokens/token-issuer.ts'
import type { OpenedToken, TokenVerifier } from '../../tokens/token-verifier.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import type { ReadTokenRights } from '../rights/account-rights.ts'
import { endReplayed } from '../sessions/end-session.ts'
import {
  openRefreshToken,
  type RefreshTokenSettings,
  readRefreshTokenState,
  refusalOf,
} from './presented-refresh-token.ts'

type RefreshParts = {
  database: Database
  clock: Clock
  random: Random
  verifier: TokenVerifier
  issuer: TokenIssuer
  readTokenRights: ReadTokenRights
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  metrics: Pick<Metrics, 'refreshes'>
  settings: RefreshTokenSettings & SessionLifetimes & { reuseEndsSession: boolean }
}

/** With ROTATE_REFRESH_TOKENS off there is no new refresh token: the one presented goes on. */
export type RefreshedTokens = IssuedPair | IssuedAccess

/**
 * Gives a new access token for a refresh token, and rotates it (RFC 6749 §6, RFC 9700 §4.14.2). Of any number of equal
 * requests one rotates; inside the retry window the others get the same successor, later they are a replay, which ends
 * the session. Whatever fails spends nothing.
 *
 * @throws AuthError `token_not_valid` and its kin, `token_revoked`, `no_active_account_for_token`; what the hook `beforeToken` refuses
 */
export type Refresh = (token: string, origin: RequestOrigin) => Promise<RefreshedTokens>

/** What the transaction decided. A replay ends the session, so it must be committed before it is refused. */
type Outcome =
  | ({ kind: 'go_on'; by: Exclude<RefreshOutcome, 'refused' | 'replayed'> } & TokenOwner)
  | { kind: 'lost_race' }
  | { kind: 'refused' | 'replayed'; refusal: AuthError }

export function createRefresh(parts: RefreshParts): Refresh {
  const { database, clock, random, verifier, issuer, readTokenRights, outbox, hooks, notices, settings } = parts
  const { metrics } = parts

  async function decide(tx: Queryable, opened: OpenedToken, origin: RequestOrigin, now: number): Promise<Outcome> {
    const state = await readRefreshTokenState(tx, opened.claims, settings, now)
    if (state.kind === 'over') return { kind: 'refused', refusal: refusalOf(state) }
    if (state.kind === 'replayed') {
      if (settings.reuseEndsSession) {
        await endReplayed(tx, state, actingStranger(origin), notices, now)
      }
      return { kind: 'replayed', refusal: refusalOf(state) }
    }
    verifier.checkUse(opened, 'refresh')
    if (state.kind === 'unknown') return { kind: 'refused', refusal: refusalOf(state) }
    const { account } = state
    if (account === undefined || !isActive(account)) {
      const endReason = account === undefined ? 'deleted' : 'deactivated'
      return { kind: 'refused', refusal: new AuthError('no_active_account_for_token', { endReason }) }
    }
    if (state.kind === 'adoptable') {
      // As a login is: a change of password at the same moment would not find this session to end it.
      if (!(await confirmLogin(tx, account, undefined))) return { kind: 'lost_race' }
      const session = adoptedSession(state.sessionId, account, now)
      if (!(await startSession(tx, session))) return { kind: 'lost_race' }
      await rememberSpent(tx, session, readExpiresAt(opened.claims) ?? now, now)
      const adopted = { accountId: account.id, sessionId: session.id, origin: actingStranger(origin) }
      await recordEvent(tx, now, 'session.adopted', adopted)
      return { kind: 'go_on', by: 'adopted', account, session }
    }
    const session = { ...state.session, accountId: account.id }
    if (state.kind === 'repeated') return { kind: 'go_on', by: 'repeated', account, session }
    if (!settings.rotateRefreshTokens) return { kind: 'go_on', by: 'not_rotated', account, session }
    const refreshExpiresAt = refreshExpiry(now, settings.refreshTokenLifetimeMs, session.expiresAt)
    const rotation = { refreshedAt: now, refreshExpiresAt, refreshKid: issuer.refreshKid() }
    const rotated = await rotateSession(tx, session, rotation)
    return rotated === undefined ? { kind: 'lost_race' } : { kind: 'go_on', by: 'rotated', account, session: rotated }
  }

  /** A session of our own for a token that another server issued under the same key. */
  function adoptedSession(id: string, account: Account, now: number): Session {
    const [refreshSeed, refreshKid] = [randomId(random), issuer.refreshKid()]
    return beginSession(account, { id, refreshSeed, refreshKid, address: '', userAgent: '', amr: [] }, settings, now)
  }

  /**
   * What the deployment wants to have in the access token. Asked for before the refresh token is spent, so that a hook that
   * fails costs nobody a session; and only for a token that is good, as far as can be seen by then.
   */
  async function askHook(claims: JwtClaims, origin: RequestOrigin, now: number): Promise<JwtClaims | undefined> {
    if (!hooks.has('beforeToken')) return undefined
    const state = await readRefreshTokenState(database.read, claims, settings, now)
    if (state.kind !== 'usable' && state.kind !== 'repeated' && state.kind !== 'adoptable') return undefined
    const { account } = state
    if (account === undefined || !isActive(account)) return undefined
    const session = 'session' in state ? state.session : { id: state.sessionId, amr: [] }
    return hooks.claimsFor({ ...hookSession(account, session, origin), by: 'refresh' })
  }

  return async (token, origin) => {
    const now = clock.now()
    let counted: RefreshOutcome = 'refused'
    try {
      const opened = await openRefreshToken({ verifier, database, settings }, token, now)
      const extra = extraClaims(opened.claims, settings.userIdClaim)
      if (extra === undefined) throw new AuthError('token_not_valid', { detail: 'its claims are too large' })
      const custom = await askHook(opened.claims, origin, now)
      for (;;) {
        const outcome = await database.inTransaction(async (tx): Promise<Outcome> => {
          const decided = await decide(tx, opened, origin, now)
          if (decided.kind !== 'go_on') return decided
          return { ...decided, rights: await readTokenRights(tx, decided.account.id), extra: custom }
        })
        // Whoever lost looks again: the winner's successor is there to be given once more, or the session is over.
        if (outcome.kind === 'lost_race') continue
        counted = outcome.kind === 'go_on' ? outcome.by : outcome.kind
        if (outcome.kind !== 'go_on') {
          outbox.wake()
          throw outcome.refusal
        }
        if (!settings.rotateRefreshTokens) return issuer.issueAccess(outcome, now, extra)
        return issuer.issuePair(outcome, now, extra)
      }
    } finally {
      metrics.refreshes.add(counted)
    }
  }
}

/** The session that a token began may be forgotten before the token itself has expired: then something else remembers it. */
async function rememberSpent(tx: Queryable, session: Session, until: number, now: number): Promise<void> {
  if (until <= session.refreshExpiresAt) return
  // Nobody's: it is no session to be listed.
  await startSession(tx, spentSession({ id: spentTokenId(session.id), accountId: 0, until }, 'replayed', now))
}
