import { type Account, isActive } from '../../accounts/account.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { hookSession } from '../../hooks/hook-account.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { Outbox } from '../../mail/outbox.ts'
import { keepChallenge } from '../../mfa/challenge-store.ts'
import type { FactorType } from '../../mfa/factor.ts'
import { findRequiredSince, noteRequired } from '../../mfa/factor-owner-store.ts'
import { CHALLENGE_LIFETIME_MS, createChallenge } from '../../mfa/login-challenge.ts'
import { decideLogin, hasSecondFactor } from '../../mfa/mfa-policy.ts'
import { isTrustedDevice } from '../../mfa/trusted-device-store.ts'
import { type Random, randomId, randomSecret } from '../../platform/random.ts'
import { forgetOldestNetworks } from '../../rate-limits/known-network-store.ts'
import { networkOf } from '../../rate-limits/network.ts'
import { forgetOldestDevices } from '../../sessions/device-store.ts'
import { beginSession, type Session, type SessionLifetimes } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { JwtClaims } from '../../tokens/jwt.ts'
import type { IssuedPair, TokenIssuer, TokenOwner } from '../../tokens/token-issuer.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { mustHaveFactor } from '../mfa/held-factors.ts'
import type { ReadTokenRights } from '../rights/account-rights.ts'
import { auditOriginOf } from '../rights/actor.ts'
import { endExcessAndRecord } from '../sessions/end-session.ts'
import { beginLogin } from './begin-login-store.ts'
import { type RefusedLogin, refuseLogin } from './refuse-login.ts'
import type { SessionKeys } from './session-keys.ts'

/** What somebody has proven about an account, by whatever way of logging in. */
export type ProvenFactors = {
  /** As it was when the proof was checked. If it has changed since, the proof does not count. */
  account: Account
  /** RFC 8176 values. */
  amr: readonly string[]
  /** The factor that was proven last. Default: none, only a password. */
  factor?: FactorType
  /** Its confirmed factors. */
  held: readonly FactorType[]
  hasMostSessions: boolean
  /** Whether it was logged in to from this network before. Default false: nobody has looked. */
  isKnownNetwork?: boolean
  /** What a trusted device has kept. Default: nothing. */
  deviceToken?: string | undefined
  /** Gives the session a key in place of tokens; the time of such a login is always stored. Default: none. */
  keys?: Pick<SessionKeys, 'make' | 'findKept' | 'open'>
  /** Further statements of the same transaction. If they throw, the login has not happened. */
  alongside?: (tx: Transaction) => Promise<void>
}

/** A login that has started its session. */
export type StartedLogin = {
  kind: 'started'
  account: Account
  issued: IssuedPair
  session: Session
  /** Of a login for a key. */
  key: string | undefined
}

/**
 * The one gate that every way of logging in passes. It decides whether the proof is enough; nothing else starts a
 * session for somebody who logs in (`test/architecture.test.ts`).
 *
 * @returns `refused` if the account may not log in, or has changed since it was read
 * @throws AuthError `second_factor_required` with the challenge, and the refusals of the hooks `beforeLogin` and
 * `beforeToken`
 */
export type LoginGate = (
  proven: ProvenFactors,
  origin: RequestOrigin,
  now: number,
) => Promise<StartedLogin | RefusedLogin>

type LoginGateParts = {
  database: Database
  random: Random
  issuer: TokenIssuer
  readTokenRights: ReadTokenRights | undefined
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  /** What can be enrolled here, for accounts that must have a factor. */
  enrollable: readonly FactorType[]
  settings: SessionLifetimes & {
    updateLastLogin: boolean
    requireVerifiedEmail: boolean
    maximumSessionsPerAccount: number | undefined
    requiredFor: readonly string[]
    graceMs: number
    trustedDeviceLifetimeMs: number | undefined
  }
}

export function createLoginGate(parts: LoginGateParts): LoginGate {
  const { database, random, issuer, readTokenRights, outbox, hooks, notices, settings } = parts
  const { maximumSessionsPerAccount: most, requiredFor, graceMs } = settings
  const serverOrigin = auditOriginOf({ kind: 'server' })

  async function decide({ account, amr, held, deviceToken }: ProvenFactors, now: number) {
    const isOwing = !hasSecondFactor(held) && (await mustHaveFactor(database.read, account, requiredFor))
    const mayBeTrusted = hasSecondFactor(held) && settings.trustedDeviceLifetimeMs !== undefined
    const requiredSince = isOwing ? await findRequiredSince(database.read, account.id) : undefined
    const isDeviceTrusted =
      mayBeTrusted && deviceToken !== undefined && (await isTrustedDevice(database.read, account, deviceToken, now))
    const standing = { proven: amr, held, isRequired: isOwing, requiredSince, isDeviceTrusted }
    return { decision: decideLogin(standing, now, graceMs), isFirstOwing: isOwing && requiredSince === undefined }
  }

  /** Stores a login that waits for a second factor. @returns the refusal with the challenge for the client */
  async function challenge(
    { account, amr, alongside }: ProvenFactors,
    factors: readonly FactorType[] | 'enrolment',
    origin: RequestOrigin,
    now: number,
  ): Promise<AuthError> {
    const { id, credentialsVersion } = account
    const mustEnrol = factors === 'enrolment'
    const purpose = mustEnrol ? 'enrolment' : 'login'
    const made = createChallenge(random, { purpose, account: { id, credentialsVersion }, amr }, now)
    const usable = mustEnrol ? [] : factors
    await database.inTransaction(async (tx) => {
      await keepChallenge(tx, made.challenge)
      await alongside?.(tx)
      await recordEvent(tx, now, 'login.challenged', {
        accountId: id,
        factors: usable,
        origin: actingAccount(id, origin),
      })
    })
    return new AuthError('second_factor_required', {
      pendingLogin: {
        token: made.token,
        factors: usable,
        enrollable: parts.enrollable,
        expiresInSeconds: CHALLENGE_LIFETIME_MS / 1_000,
      },
    })
  }

  /**
   * Asks the hooks whether the login may proceed and which claims to add, before anything has started. A user who is
   * refused here had the right proof, so it does not count as a failure.
   */
  async function askHooks(account: Account, session: Session, origin: RequestOrigin, now: number): Promise<JwtClaims> {
    const event = hookSession(account, session, origin)
    try {
      await hooks.ask('beforeLogin', { account: event.account, request: event.request })
      return await hooks.claimsFor({ ...event, by: 'login' })
    } catch (error) {
      if (!(error instanceof AuthError && error.code === 'unavailable')) {
        await refuseLogin(database, { accountId: account.id, reason: 'refused_by_hook' }, origin, now)
      }
      throw error
    }
  }

  async function start(
    { account, amr, factor, hasMostSessions, isKnownNetwork = false, keys, alongside }: ProvenFactors,
    isFirstOwing: boolean,
    origin: RequestOrigin,
    now: number,
  ): Promise<StartedLogin | RefusedLogin> {
    const [id, refreshSeed] = [randomId(random), randomId(random)]
    const first = { id, refreshSeed, refreshKid: issuer.refreshKid(), amr: [...amr], ...origin }
    const begun = beginSession(account, first, settings, now)
    const made = keys?.make(begun)
    const session = made?.session ?? begun
    const extra = await askHooks(account, session, origin, now)
    const network = networkOf(origin.address)
    const login = {
      account,
      session,
      network,
      device: notices.areDevicesNoted ? { network, userAgent: origin.userAgent } : undefined,
      lastLoginAt: settings.updateLastLogin || keys !== undefined ? now : undefined,
      event: {
        accountId: account.id,
        sessionId: id,
        amr: session.amr,
        ...(factor && { factor }),
        ...(keys && { isKey: true as const }),
        origin: actingAccount(account.id, origin),
      },
      ...(keys && { findContinued: (tx: Transaction) => keys.findKept(tx, account, now) }),
    }
    let isMailQueued = false
    const started = await database.inTransaction(async (tx): Promise<TokenOwner | undefined> => {
      const begun = await beginLogin(tx, login, now)
      if (begun === undefined) return undefined
      await alongside?.(tx)
      if (isFirstOwing) await noteRequired(tx, account.id, randomSecret(random), now)
      if (hasMostSessions && most !== undefined) {
        await endExcessAndRecord(tx, { accountId: account.id, most }, serverOrigin, now)
      }
      if (!isKnownNetwork) await forgetOldestNetworks(tx, account.id)
      isMailQueued = begun.device === 'new'
      if (isMailQueued) await forgetOldestDevices(tx, account.id)
      if (isMailQueued) await notices.newDevice(tx, account, origin, now)
      return { account, session: begun.session, rights: await readTokenRights?.(tx, account.id), extra }
    })
    // The password, the factors or the state changed while the proof was being checked.
    if (started === undefined)
      return refuseLogin(database, { accountId: account.id, reason: 'wrong_password' }, origin, now)
    if (isMailQueued) outbox.wake()
    await hooks.tell('afterLogin', hookSession(account, started.session, origin))
    const key = made && (keys?.open(started.session) ?? made.key)
    return { kind: 'started', account, issued: issuer.issuePair(started, now), session: started.session, key }
  }

  return async (proven, origin, now) => {
    const { account } = proven
    if (!isActive(account))
      return refuseLogin(database, { accountId: account.id, reason: 'inactive_account' }, origin, now)
    if (settings.requireVerifiedEmail && account.emailVerifiedAt === undefined) {
      return refuseLogin(database, { accountId: account.id, reason: 'unverified_email' }, origin, now)
    }
    const { decision, isFirstOwing } = await decide(proven, now)
    switch (decision.kind) {
      case 'enough':
        return start(proven, isFirstOwing, origin, now)
      case 'second_factor_due':
        throw await challenge(proven, decision.factors, origin, now)
      case 'enrolment_due':
        throw await challenge(proven, 'enrolment', origin, now)
    }
  }
}
