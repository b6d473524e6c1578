import { findAccount } from '../../accounts/account-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { spendUnstoredChallenge } from '../../mfa/challenge-store.ts'
import type { Factor, FactorOwner, Presented } from '../../mfa/factor.ts'
import { findFactorByKey } from '../../mfa/factor-store.ts'
import { CHALLENGE_LIFETIME_MS } from '../../mfa/login-challenge.ts'
import { credentialIdOf } from '../../mfa/passkeys/passkey-factor.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { networkOf } from '../../rate-limits/network.ts'
import type { Database } from '../../storage/database.ts'
import type { IssuedPair } from '../../tokens/token-issuer.ts'
import type { LoginGate } from '../tokens/login-gate.ts'
import { loginRefusal, refuseLogin } from '../tokens/refuse-login.ts'
import { confirmedFactors, typesOf } from './held-factors.ts'
import { useAndRecord } from './use-factor.ts'

/** A login with a passkey and nothing else: no name, no password. */
export type PasskeyLogin = {
  /** The same options for everybody; stores nothing. @throws AuthError `passkeys_unavailable` */
  begin(): Promise<{ token: string; answer: Readonly<Record<string, unknown>>; expiresInSeconds: number }>
  /** @throws AuthError `second_factor_not_valid`, `challenge_not_valid`, `throttled`, and what the gate throws */
  complete(token: string, presented: Presented, origin: RequestOrigin): Promise<IssuedPair>
}

/** What the token of an unstored challenge contains, encrypted. */
type Sealed = { state: string; expiresAt: number }

const PLACE = 'passkey_login'

/** No particular account: the options of a passkey login are the same for everybody. */
const nobody: FactorOwner = { id: 0, username: '', email: '', isEmailVerified: false, displayName: '', userHandle: '' }

export function createPasskeyLogin({
  database,
  clock,
  seal,
  passkeys,
  limiter,
  gate,
}: {
  database: Database
  clock: Clock
  seal: Seal
  passkeys: Factor
  limiter: Limiter
  gate: LoginGate
}): PasskeyLogin {
  function open(token: string, now: number): Sealed {
    try {
      const sealed = JSON.parse(seal.open(token, PLACE).plain) as Sealed
      if (now < sealed.expiresAt) return sealed
    } catch {
      // Strangers may send anything here.
    }
    throw new AuthError('challenge_not_valid')
  }

  /**
   * Wrong answers count under the limit of the address. Right ones are checked first and always succeed, even if
   * somebody has exhausted the limit from the same address, because a signature cannot be guessed.
   */
  async function refuse(accountId: number | undefined, origin: RequestOrigin, now: number): Promise<void> {
    const { address } = origin
    const claims = [{ limit: 'login-per-address', key: networkOf(address) } as const]
    await limiter.guard(
      claims,
      { address, accountId },
      async () => {},
      () => true,
    )
    await refuseLogin(database, { accountId, reason: 'wrong_passkey', factor: 'passkey' }, origin, now)
  }

  return {
    async begin() {
      const fault = passkeys.unavailable(nobody)
      if (fault !== undefined || passkeys.challenge === undefined) throw new AuthError('passkeys_unavailable')
      const now = clock.now()
      const { state, answer } = await passkeys.challenge([], nobody, now)
      const sealed: Sealed = { state, expiresAt: now + CHALLENGE_LIFETIME_MS }
      return {
        token: seal.seal(JSON.stringify(sealed), PLACE),
        answer,
        expiresInSeconds: CHALLENGE_LIFETIME_MS / 1_000,
      }
    },

    async complete(token, presented, origin) {
      const now = clock.now()
      const { state, expiresAt } = open(token, now)
      const factor = await findFactorByKey(database.read, credentialIdOf(presented) ?? '')
      const proven = factor && (await passkeys.verify([factor], presented, state, now))
      // Without user verification, anyone who found the security key could log in.
      if (proven === undefined || !proven.amr.includes('mfa')) {
        await refuse(proven?.factor.accountId, origin, now)
        throw new AuthError('second_factor_not_valid')
      }
      const account = await findAccount(database.read, proven.factor.accountId)
      if (account === undefined) throw new AuthError('second_factor_not_valid')
      const outcome = await gate(
        {
          account,
          amr: proven.amr,
          factor: 'passkey',
          held: typesOf(await confirmedFactors(database.read, account.id)),
          hasMostSessions: true,
          async alongside(tx) {
            if (!(await spendUnstoredChallenge(tx, sha256(token), now, expiresAt)))
              throw new AuthError('challenge_not_valid')
            await useAndRecord(tx, proven, actingAccount(account.id, origin), now)
          },
        },
        origin,
        now,
      )
      if (outcome.kind === 'refused') throw loginRefusal(outcome)
      return outcome.issued
    },
  }
}
