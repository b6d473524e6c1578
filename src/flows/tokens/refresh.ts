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
import type { Limiter } from '../../rate-limits/limiter.ts'
import { type Claim, refreshClaim } from '../../rate-limits/limits.ts'
import {
  beginSession,
  refreshExpiry,
  type Session,
  type SessionLifetimes,
  spentSession,
} from '../../sessions/session.ts'
import { rotateSession } from '../../sessions/session-rotation-store.ts'
import { startSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import type { OpenedToken } from '../../tokens/opened-token.ts'
import { spentTokenId } from '../../tokens/refresh-rotation.ts'
import {
  isKeptToken,
  type RefreshTokenRules,
  type RefreshTokenState,
  refreshRefusal,
} from '../../tokens/refresh-token-state.ts'
import { isExtraTooLarge, type Token } from '../../tokens/token.ts'
import type { IssuedAccess, IssuedPair, TokenIssuer, TokenOwner } from '../../tokens/token-issuer.ts'
import type { TokenVerifier } from '../../tokens/token-verifier.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { hasFactorHere, type OwesFactor, UNPROVEN } from '../mfa/owes-factor.ts'
import type { ReadTokenRights } from '../rights/account-rights.ts'
import { endOwing, endReplayed } from '../sessions/end-session.ts'
import { openRefreshToken, readRefreshTokenState } from './presented-refresh-token.ts'

type RefreshParts = {
  database: Database
  clock: Clock
  random: Random
  verifier: TokenVerifier
  issuer: TokenIssuer
  /** Undefined: tokens contain no rights. */
  readTokenRights: ReadTokenRights | undefined
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  limiter: Pick<Limiter, 'checkRoom' | 'noteFailure'>
  metrics: Pick<Metrics, 'refreshes'>
  /** Undefined: no account is required to have a second factor. */
  owesFactor: OwesFactor | undefined
  settings: RefreshTokenRules & SessionLifetimes & { reuseEndsSession: boolean }
}

/** With ROTATE_REFRESH_TOKENS off, there is no new refresh token: the presented one continues. */
export type RefreshedTokens = IssuedPair | IssuedAccess

/**
 * Gives a new access token for a refresh token, and rotates the refresh token (RFC 6749 §6, RFC 9700 §4.14.2). If
 * several requests present the same token, one of them rotates it. Inside the retry window, the others get the same
 * successor. Later they are a replay, which ends the session. A request that fails uses nothing up. A token that is
 * presented over and over is slowed down.
 *
 * @throws AuthError `throttled`, `token_not_valid` and the other codes of a bad token, `token_revoked`,
 *   `no_active_account_for_token`; the refusal of the hook `beforeToken`
 */
export type Refresh = (token: string, origin: RequestOrigin) => Promise<RefreshedTokens>

/** The outcome for a refresh token. */
type Outcome =
  | ({ kind: 'granted'; countedAs: Exclude<RefreshOutcome, 'refused' | 'replayed'> } & TokenOwner)
  | { kind: 'lost_race' }
  | { kind: 'refused' | 'replayed'; refusal: AuthError }

/** A request that presents a refresh token. */
type Presentation = {
  opened: OpenedToken
  origin: RequestOrigin
  now: number
  /** The hook's answer. It is asked once, even if the request loses a race and reads again. */
  extra?: Promise<JwtClaims | undefined>
}

type StateOf<Kind extends RefreshTokenState['kind']> = Extract<RefreshTokenState, { kind: Kind }>

export function createRefresh(parts: RefreshParts): Refresh {
  const { database, clock, random, verifier, issuer, readTokenRights, outbox, hooks, notices, settings } = parts
  const { limiter, metrics, owesFactor } = parts

  async function spend(presentation: Presentation): Promise<Outcome> {
    const { opened, origin, now } = presentation
    const state = await readRefreshTokenState(database.read, opened.token, settings, now)
    if (state.kind === 'over') return { kind: 'refused', refusal: refreshRefusal(state) }
    if (state.kind === 'replayed') return endBy(state, origin, now)
    opened.checkUse('refresh')
    if (state.kind === 'unknown') return { kind: 'refused', refusal: refreshRefusal(state) }
    const { account } = state
    if (account === undefined || !isActive(account)) {
      const endReason = account === undefined ? 'deleted' : 'deactivated'
      return { kind: 'refused', refusal: new AuthError('no_active_account_for_token', { endReason }) }
    }
    if (state.kind === 'adoptable') {
      const isUnproven = await hasFactorHere(database.read, account.id)
      if (isUnproven) return { kind: 'refused', refusal: new AuthError('token_not_valid', { detail: UNPROVEN }) }
    } else if (owesFactor !== undefined && (await owesFactor(account, state.session, now))) {
      return { kind: 'refused', refusal: await endOwing(database, state.session, now) }
    }
    const session = state.kind === 'adoptable' ? adoptedSession(state.sessionId, account, now) : state.session
    // Before the token is used up: if the hook fails, the token remains valid.
    if (hooks.has('beforeToken')) presentation.extra ??= askHook(account, session, origin)
    const extra = presentation.extra && (await presentation.extra)
    if (state.kind === 'adoptable') return adopt({ account, session, extra }, presentation)
    const rights = readTokenRights && (await readTokenRights(database.read, account.id))
    const owner = { account, session, extra, rights }
    return state.kind === 'usable' ? await rotate(owner, state, now) : await repeat(owner, presentation)
  }

  /**
   * A replay ends the session. That is committed before the token is refused: a refusal inside the transaction would
   * undo it.
   */
  async function endBy(state: StateOf<'replayed'>, origin: RequestOrigin, now: number): Promise<Outcome> {
    if (settings.reuseEndsSession) {
      await database.inTransaction((tx) => endReplayed(tx, state, actingStranger(origin), notices, now))
      outbox.wake()
    }
    return { kind: 'replayed', refusal: refreshRefusal(state) }
  }

  async function rotate(owner: TokenOwner, state: StateOf<'usable'>, now: number): Promise<Outcome> {
    if (!settings.rotateRefreshTokens) return { kind: 'granted', countedAs: 'not_rotated', ...owner }
    const refreshExpiresAt = refreshExpiry(now, settings.refreshTokenLifetimeMs, owner.session.expiresAt)
    const rotation = { refreshedAt: now, refreshExpiresAt, refreshKid: issuer.refreshKid() }
    const isKept = isKeptToken(state, now)
    const session = await database.inOneStatement((db) => rotateSession(db, owner.session, rotation, isKept))
    if (session === undefined) return { kind: 'lost_race' }
    return { kind: 'granted', countedAs: state.wasSpent ? 'reused' : 'rotated', ...owner, session }
  }

  /** SQLite shows a rotation before it is durable. The new token is returned again only once it cannot be lost. */
  async function repeat(owner: TokenOwner, { opened, now }: Presentation): Promise<Outcome> {
    const state = await database.inOneStatement((db) => readRefreshTokenState(db, opened.token, settings, now))
    if (state.kind !== 'repeated') return { kind: 'lost_race' }
    return { kind: 'granted', countedAs: 'repeated', ...owner, session: state.session }
  }

  /** Accepts a token that another server issued under the same key, and starts a session of our own. */
  async function adopt(owner: TokenOwner, { opened, origin, now }: Presentation): Promise<Outcome> {
    const { account, session } = owner
    return database.inTransaction(async (tx): Promise<Outcome> => {
      // As for a login: a password change at the same moment would not find this session to end it.
      if (!(await confirmLogin(tx, account, undefined))) return { kind: 'lost_race' }
      if (!(await startSession(tx, session))) return { kind: 'lost_race' }
      await rememberSpent(tx, session, opened.token.expiresAt ?? now, now)
      const adopted = { accountId: account.id, sessionId: session.id, origin: actingStranger(origin) }
      await recordEvent(tx, now, 'session.adopted', adopted)
      return { kind: 'granted', countedAs: 'adopted', ...owner, rights: await readTokenRights?.(tx, account.id) }
    })
  }

  function adoptedSession(id: string, account: Account, now: number): Session {
    const [refreshSeed, refreshKid] = [randomId(random), issuer.refreshKid()]
    return beginSession(account, { id, refreshSeed, refreshKid, address: '', userAgent: '', amr: [] }, settings, now)
  }

  /** The claims that the deployment adds to the access token. The hook is asked only about valid tokens. */
  async function askHook(account: Account, session: Session, origin: RequestOrigin): Promise<JwtClaims | undefined> {
    return hooks.claimsFor({ ...hookSession(account, session, origin), by: 'refresh' })
  }

  return async (text, origin) => {
    const now = clock.now()
    const { address } = origin
    let counted: RefreshOutcome = 'refused'
    let presented: Claim | undefined
    const admit = ({ sessionId, tokenId }: Token) => {
      const claim = refreshClaim(sessionId, tokenId)
      limiter.checkRoom(claim, { address })
      presented = claim
    }
    try {
      const opened = await openRefreshToken({ verifier, database, settings, onExpired: admit }, text, now)
      admit(opened.token)
      if (isExtraTooLarge(opened.token)) {
        throw new AuthError('token_not_valid', { detail: 'its claims are too large' })
      }
      const presentation: Presentation = { opened, origin, now }
      for (;;) {
        const outcome = await spend(presentation)
        // The loser reads again: either the winner's new token can be returned once more, or the session has ended.
        if (outcome.kind === 'lost_race') continue
        counted = outcome.kind === 'granted' ? outcome.countedAs : outcome.kind
        if (outcome.kind !== 'granted') throw outcome.refusal
        const { extra } = opened.token
        return settings.rotateRefreshTokens || opened.token.isCarriedOver
          ? issuer.issuePair(outcome, now, extra)
          : issuer.issueAccess(outcome, now, extra)
      }
    } finally {
      metrics.refreshes.add(counted)
      // A token that rotates is done with. Every other one may be presented again and again.
      if (counted !== 'rotated' && presented !== undefined) await limiter.noteFailure(presented)
    }
  }
}

/**
 * The session that a token started may be forgotten before the token itself expires: then another record remembers it.
 */
async function rememberSpent(tx: Transaction, session: Session, until: number, now: number): Promise<void> {
  if (until <= session.refreshExpiresAt) return
  // Belongs to nobody, so it appears in no list of sessions.
  await startSession(tx, spentSession({ id: spentTokenId(session.id), accountId: 0, until }, 'replayed', now))
}
