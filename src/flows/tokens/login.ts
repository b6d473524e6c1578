import { type Account, isActive } from '../../accounts/account.ts'
import type { LoginCandidate } from '../../accounts/login-candidate-store.ts'
import { type UsernameRule, usernameKey } from '../../accounts/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { LoginFailure } from '../../audit/events.ts'
import { actingAccount, actingStranger, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { hookSession } from '../../hooks/hook-account.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import { upgradePasswordHash } from '../../passwords/password-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import { type Random, randomId } from '../../platform/random.ts'
import { forgetOldestNetworks } from '../../rate-limits/known-network-store.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { accountKey, type Claim, KNOWN_NETWORK_MS, loginClaims } from '../../rate-limits/limits.ts'
import { networkOf } from '../../rate-limits/network.ts'
import { forgetOldestDevices } from '../../sessions/device-store.ts'
import { beginSession, type Session, type SessionLifetimes } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import type { IssuedPair, TokenIssuer, TokenOwner } from '../../tokens/token-issuer.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import type { ReadTokenRights } from '../rights/account-rights.ts'
import { auditOriginOf } from '../rights/actor.ts'
import { endExcessAndRecord } from '../sessions/end-session.ts'
import { beginLogin } from './begin-login-store.ts'
import type { FindLoginAccount } from './find-login-account.ts'

type LoginParts = {
  database: Database
  clock: Clock
  random: Random
  passwords: PasswordCheck
  limiter: Limiter
  issuer: TokenIssuer
  readTokenRights: ReadTokenRights
  usernameRule: UsernameRule
  findLoginAccount: FindLoginAccount
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  settings: SessionLifetimes & {
    updateLastLogin: boolean
    requireVerifiedEmail: boolean
    maximumSessionsPerAccount: number | undefined
  }
}

/**
 * Verifies a password and starts a session. An unknown name, a wrong password and an inactive account get the same
 * refusal, after the same work. The password is verified outside the transaction; inside it, the flow confirms that it
 * still holds.
 *
 * @throws AuthError `no_active_account`, `throttled`, `overloaded`; with the right password also `email_not_verified`
 * and the refusals of the hooks `beforeLogin` and `beforeToken`
 */
export type Login = (credentials: { username: string; password: string }, origin: RequestOrigin) => Promise<IssuedPair>

/** The outcome of an attempt. Only the log shows a failure. */
type Outcome = ({ kind: 'started' } & TokenOwner) | { kind: 'refused'; reason: LoginFailure }

export function createLogin(parts: LoginParts): Login {
  const { database, clock, random, passwords, limiter, issuer, usernameRule, outbox, hooks, notices, settings } = parts
  const { findLoginAccount, readTokenRights } = parts
  const { maximumSessionsPerAccount: most } = settings
  const serverOrigin = auditOriginOf({ kind: 'server' })

  /** A better hash can wait for the next login: a user with the right password is not turned away for it. */
  async function hashIfThereIsTime(password: string): Promise<string | undefined> {
    try {
      return await passwords.hash(password)
    } catch (error) {
      if (error instanceof AuthError && error.code === 'overloaded') return undefined
      throw error
    }
  }

  async function refuse(
    account: Account | undefined,
    reason: LoginFailure,
    origin: RequestOrigin,
    now: number,
  ): Promise<Outcome> {
    await database.inTransaction((tx) =>
      recordEvent(tx, now, 'login.failed', { accountId: account?.id, reason, origin: actingStranger(origin) }),
    )
    return { kind: 'refused', reason }
  }

  /**
   * Asks the hooks whether the login may proceed and which claims to add, before anything has started. A user who is
   * refused here had the right password, so it does not count as a failure.
   */
  async function askHooks(account: Account, session: Session, origin: RequestOrigin, now: number): Promise<JwtClaims> {
    const event = hookSession(account, session, origin)
    try {
      await hooks.ask('beforeLogin', { account: event.account, request: event.request })
      return await hooks.claimsFor({ ...event, by: 'login' })
    } catch (error) {
      if (!(error instanceof AuthError && error.code === 'unavailable')) {
        await refuse(account, 'refused_by_hook', origin, now)
      }
      throw error
    }
  }

  function claimsOf(
    candidate: LoginCandidate | undefined,
    username: string,
    network: string,
    now: number,
  ): readonly Claim[] {
    const isKnown = (candidate?.lastLoginFromHereAt ?? 0) >= now - KNOWN_NETWORK_MS
    const key = accountKey(candidate?.account.id, sha256(usernameKey(username, usernameRule)))
    return loginClaims(network, key, isKnown)
  }

  async function prove(
    candidate: LoginCandidate | undefined,
    password: string,
    origin: RequestOrigin,
    now: number,
  ): Promise<Outcome> {
    const account = candidate?.account
    // An account that may not log in costs the same work as no account: neither response nor time tells them apart.
    const storedHash = account !== undefined && isActive(account) ? candidate?.passwordHash : undefined
    const { matches, needsRehash, isUnverifiable } = await passwords.check(password, storedHash)
    if (account === undefined) return refuse(account, 'unknown_account', origin, now)
    if (!isActive(account)) return refuse(account, 'inactive_account', origin, now)
    if (isUnverifiable) return refuse(account, 'unverifiable_hash', origin, now)
    if (!matches || storedHash === undefined) return refuse(account, 'wrong_password', origin, now)
    if (settings.requireVerifiedEmail && account.emailVerifiedAt === undefined) {
      return refuse(account, 'unverified_email', origin, now)
    }
    const [id, refreshSeed] = [randomId(random), randomId(random)]
    const first = { id, refreshSeed, refreshKid: issuer.refreshKid(), amr: ['pwd'], ...origin }
    const session = beginSession(account, first, settings, now)
    const extra = await askHooks(account, session, origin, now)
    const betterHash = needsRehash ? await hashIfThereIsTime(password) : undefined
    const network = networkOf(origin.address)
    const login = {
      account,
      session,
      network,
      device: notices.areDevicesNoted ? { network, userAgent: origin.userAgent } : undefined,
      lastLoginAt: settings.updateLastLogin ? now : undefined,
      event: {
        accountId: account.id,
        sessionId: session.id,
        amr: session.amr,
        origin: actingAccount(account.id, origin),
      },
    }
    let isMailQueued = false
    const started = await database.inTransaction(async (tx): Promise<TokenOwner | undefined> => {
      const begun = await beginLogin(tx, login, now)
      if (begun === undefined) return undefined
      if (betterHash !== undefined) await upgradePasswordHash(tx, account.id, storedHash, betterHash)
      if (candidate?.hasMostSessions && most !== undefined) {
        await endExcessAndRecord(tx, { accountId: account.id, most }, serverOrigin, now)
      }
      if (candidate?.lastLoginFromHereAt === undefined) await forgetOldestNetworks(tx, account.id)
      isMailQueued = begun.device === 'new'
      if (isMailQueued) await forgetOldestDevices(tx, account.id)
      if (isMailQueued) await notices.newDevice(tx, account, origin, now)
      return { account, session, rights: await readTokenRights(tx, account.id), extra }
    })
    // The password or state changed while the password was being verified.
    if (started === undefined) return refuse(account, 'wrong_password', origin, now)
    if (isMailQueued) outbox.wake()
    return { kind: 'started', ...started }
  }

  return async ({ username, password }, origin) => {
    const now = clock.now()
    const network = networkOf(origin.address)
    const candidate = await findLoginAccount(username, network)
    const outcome = await limiter.guard(
      claimsOf(candidate, username, network, now),
      { address: origin.address, accountId: candidate?.account.id },
      () => prove(candidate, password, origin, now),
      ({ kind }) => kind === 'refused',
    )
    if (outcome.kind === 'refused') {
      const code = outcome.reason === 'unverified_email' ? 'email_not_verified' : 'no_active_account'
      throw new AuthError(code, { detail: outcome.reason })
    }
    await hooks.tell('afterLogin', hookSession(outcome.account, outcome.session, origin))
    return issuer.issuePair(outcome, now)
  }
}
