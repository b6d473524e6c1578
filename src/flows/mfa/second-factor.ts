import type { Account } from '../../accounts/account.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { spendChallenge } from '../../mfa/challenge-store.ts'
import type { FactorType, Presented } from '../../mfa/factor.ts'
import { canFollow, joinedAmr } from '../../mfa/mfa-policy.ts'
import { keepTrustedDevice } from '../../mfa/trusted-device-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import { type Random, randomId, randomSecret } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { IssuedPair } from '../../tokens/token-issuer.ts'
import type { LoginGate } from '../tokens/login-gate.ts'
import { loginRefusal } from '../tokens/refuse-login.ts'
import type { SessionKeys } from '../tokens/session-keys.ts'
import { openChallenge } from './open-challenge.ts'
import type { ProveFactor } from './prove-factor.ts'

/** A completed login, and the token that the device keeps if its owner trusts it. */
type CompletedLogin = IssuedPair & { device?: { token: string; lifetimeSeconds: number } }

/** The second step of a login that was answered with `second_factor_required`. */
export type SecondFactor = {
  /**
   * What the client needs to prove one of the factors.
   *
   * @throws AuthError `challenge_not_valid`, `factor_unavailable`, `throttled`
   */
  begin(token: string, type: FactorType, origin: RequestOrigin): Promise<object>
  /**
   * Completes the login. Of several equal requests, one succeeds.
   *
   * @throws AuthError `challenge_not_valid`, `factor_unavailable`, `second_factor_not_valid`, `throttled`, and what the
   *   gate throws
   */
  complete(proof: Proof, origin: RequestOrigin): Promise<CompletedLogin>
  /** The same for a login for a key. @throws AuthError as `complete` */
  completeForKey(proof: Proof, origin: RequestOrigin): Promise<{ account: Account; key: string }>
}

type Proof = { token: string; type: FactorType; presented: Presented; trustsDevice: boolean }

type SecondFactorParts = {
  database: Database
  clock: Clock
  random: Random
  proveFactor: ProveFactor
  gate: LoginGate
  sessionKeys: SessionKeys
  settings: { trustedDeviceLifetimeMs: number | undefined }
}

export function createSecondFactor(parts: SecondFactorParts): SecondFactor {
  const { database, clock, random, proveFactor, gate, sessionKeys, settings } = parts

  async function opened(token: string, type: FactorType, now: number) {
    const open = await openChallenge(database.read, 'login', token, now)
    if (!canFollow(open.challenge.amr, type)) throw new AuthError('factor_unavailable')
    return open
  }

  /** The token that a trusted device keeps, and how to store it. */
  function trust(account: Account, origin: RequestOrigin, now: number) {
    const { trustedDeviceLifetimeMs: lifetimeMs } = settings
    if (lifetimeMs === undefined) return undefined
    const [id, token] = [randomId(random), randomSecret(random)]
    const { id: accountId, credentialsVersion } = account
    const device = { id, accountId, createdAt: now, expiresAt: now + lifetimeMs, ...origin }
    return {
      given: { token, lifetimeSeconds: lifetimeMs / 1_000 },
      async keep(tx: Transaction) {
        await keepTrustedDevice(tx, { ...device, digest: sha256(token), credentialsVersion })
        await recordEvent(tx, now, 'device.trusted', {
          accountId,
          deviceId: id,
          origin: actingAccount(accountId, origin),
        })
      },
    }
  }

  async function pass(proof: Proof, wants: 'tokens' | 'key', origin: RequestOrigin) {
    const { token, type, presented, trustsDevice } = proof
    const now = clock.now()
    const { challenge, account } = await opened(token, type, now)
    const { proven, held, use } = await proveFactor.check(challenge, account, type, presented, origin)
    const trusted = trustsDevice ? trust(account, origin, now) : undefined
    const outcome = await gate(
      {
        account,
        amr: joinedAmr(challenge.amr, proven.amr),
        factor: type,
        held,
        hasMostSessions: true,
        ...(wants === 'key' && { keys: sessionKeys }),
        async alongside(tx) {
          if (!(await spendChallenge(tx, challenge.digest))) throw new AuthError('challenge_not_valid')
          await use(tx)
          await trusted?.keep(tx)
        },
      },
      origin,
      now,
    )
    if (outcome.kind === 'refused') throw loginRefusal(outcome)
    return { ...outcome, trusted }
  }

  return {
    async begin(token, type, origin) {
      const { challenge, account } = await opened(token, type, clock.now())
      return proveFactor.begin(challenge, account, type, origin)
    },
    async complete(proof, origin) {
      const { issued, trusted } = await pass(proof, 'tokens', origin)
      return { ...issued, ...(trusted !== undefined && { device: trusted.given }) }
    },
    async completeForKey(proof, origin) {
      const { account, key } = await pass(proof, 'key', origin)
      if (key === undefined) throw new Error('a login for a key has none')
      return { account, key }
    },
  }
}
