import type { Account } from '../../accounts/account.ts'
import type { LoginCandidate } from '../../accounts/names/login-candidate-store.ts'
import { type UsernameRule, usernameKey } from '../../accounts/names/username.ts'
import type { LoginFailure } from '../../audit/events.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { upgradePasswordHash } from '../../passwords/password-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { accountKey, type Claim, KNOWN_NETWORK_MS, loginClaims } from '../../rate-limits/limits.ts'
import { networkOf } from '../../rate-limits/network.ts'
import type { Database } from '../../storage/database.ts'
import type { IssuedPair } from '../../tokens/token-issuer.ts'
import type { ComparePassword, LoginCredentials } from './compare-password.ts'
import type { FindLoginAccount } from './find-login-account.ts'
import type { LoginGate, ProvenFactors, StartedLogin } from './login-gate.ts'
import { loginRefusal, type RefusedLogin, refuseLogin } from './refuse-login.ts'
import type { SessionKeys } from './session-keys.ts'

type LoginParts = {
  database: Database
  clock: Clock
  comparePassword: ComparePassword
  limiter: Limiter
  usernameRule: UsernameRule
  findLoginAccount: FindLoginAccount
  gate: LoginGate
  sessionKeys: SessionKeys
}

/**
 * Proves a password and passes the gate. An unknown name, a wrong password and an inactive account get the same
 * refusal, after the same work. The password is verified outside the transaction; inside it, the gate confirms that it
 * still holds.
 *
 * @throws AuthError `no_active_account`, `throttled`, `overloaded`; with the right password also `email_not_verified`,
 * `second_factor_required` and the refusals of the hooks `beforeLogin` and `beforeToken`
 */
export type Login = (credentials: LoginCredentials, origin: RequestOrigin) => Promise<IssuedPair & { account: Account }>

/**
 * The same for a key of djoser's dialect, which is a session of its own (docs/decisions/0016-keys.md). The time of this
 * login is always stored.
 *
 * @throws AuthError as `Login`
 */
export type LoginForKey = (
  credentials: LoginCredentials,
  origin: RequestOrigin,
) => Promise<{ account: Account; key: string }>

export function createLogins(parts: LoginParts): { login: Login; loginForKey: LoginForKey } {
  const { database, clock, comparePassword, limiter, usernameRule, findLoginAccount, gate, sessionKeys } = parts

  const refuse = (account: Account | undefined, reason: LoginFailure, origin: RequestOrigin, now: number) =>
    refuseLogin(database, { accountId: account?.id, reason }, origin, now)

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
    credentials: LoginCredentials,
    wants: 'tokens' | 'key',
    origin: RequestOrigin,
    now: number,
  ): Promise<Outcome> {
    const { deviceToken } = credentials
    const compared = await comparePassword(candidate, credentials, origin)
    if (compared.kind === 'failed') return refuse(compared.account, compared.reason, origin, now)
    const { storedHash, betterHash } = compared
    const { account, factors: held, hasMostSessions, lastLoginFromHereAt } = compared.candidate
    const isKnownNetwork = lastLoginFromHereAt !== undefined
    const proven: ProvenFactors = {
      account,
      amr: ['pwd'],
      held,
      hasMostSessions,
      isKnownNetwork,
      deviceToken,
      ...(wants === 'key' && { keys: sessionKeys }),
      ...(betterHash !== undefined && {
        alongside: async (tx) => void (await upgradePasswordHash(tx, account.id, storedHash, betterHash)),
      }),
    }
    try {
      return await gate(proven, origin, now)
    } catch (error) {
      // The password was right, so this is not a failure: the count of the attempt is taken back.
      if (error instanceof AuthError && error.code === 'second_factor_required') return { kind: 'challenged', error }
      throw error
    }
  }

  async function start(credentials: LoginCredentials, wants: 'tokens' | 'key', origin: RequestOrigin) {
    const { username, by } = credentials
    const now = clock.now()
    const network = networkOf(origin.address)
    const candidate = await findLoginAccount(username, network, by)
    const outcome = await limiter.guard(
      claimsOf(candidate, username, network, now),
      { address: origin.address, accountId: candidate?.account.id },
      () => prove(candidate, credentials, wants, origin, now),
      ({ kind }) => kind === 'refused',
    )
    if (outcome.kind === 'started') return outcome
    if (outcome.kind === 'challenged') throw outcome.error
    throw loginRefusal(outcome)
  }

  return {
    async login(credentials, origin) {
      const { issued, account } = await start(credentials, 'tokens', origin)
      return { ...issued, account }
    },
    async loginForKey(credentials, origin) {
      const { account, key } = await start(credentials, 'key', origin)
      if (key === undefined) throw new Error('a login for a key has none')
      return { account, key }
    },
  }
}

/** The outcome of an attempt. */
type Outcome = StartedLogin | RefusedLogin | { kind: 'challenged'; error: AuthError }
