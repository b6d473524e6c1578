import { claimCredentialsChange } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, fieldRefusal } from '../../errors.ts'
import { countAttempt, keepChallengeState, spendChallenge } from '../../mfa/challenge-store.ts'
import type { Factor, HeldFactor } from '../../mfa/factor.ts'
import { confirmFactor, keepPendingFactor } from '../../mfa/factor-store.ts'
import { placeOfState } from '../../mfa/login-challenge.ts'
import { joinedAmr } from '../../mfa/mfa-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'
import type { IssuedPair } from '../../tokens/token-issuer.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import type { LoginGate } from '../tokens/login-gate.ts'
import { loginRefusal } from '../tokens/login-refusal.ts'
import { confirmedFactors, factorOwnerOf, typesOf } from './holder.ts'
import { openChallenge } from './open-challenge.ts'

/**
 * A login of an account that must have a second factor and whose grace period is over: it sets an authenticator app up, and
 * the first right code completes it.
 */
export type EnrolAtLogin = {
  /** @throws AuthError `challenge_not_valid` */
  begin(token: string): Promise<object>
  /** @throws AuthError `challenge_not_valid`, `invalid_fields` if the code is wrong, and what the gate throws */
  complete(token: string, code: string, origin: RequestOrigin): Promise<IssuedPair>
}

type EnrolAtLoginParts = {
  database: Database
  clock: Clock
  random: Random
  seal: Seal
  totp: Factor
  gate: LoginGate
  notices: SecurityNotices
}

export function createEnrolAtLogin(parts: EnrolAtLoginParts): EnrolAtLogin {
  const { database, clock, random, seal, totp, gate, notices } = parts

  return {
    async begin(token) {
      const now = clock.now()
      const { challenge, account } = await openChallenge(database.read, 'enrolment', token, now)
      const id = randomId(random)
      const { state, answer } = await totp.enrol(await factorOwnerOf(database, random, account), id, [], now)
      const pending = { id, accountId: account.id, type: 'totp', createdAt: now, data: state } as const
      const sealed = seal.seal(JSON.stringify(pending), placeOfState(challenge.digest))
      const isOpen = await database.inTransaction((tx) => keepChallengeState(tx, challenge.digest, sealed))
      if (!isOpen) throw new AuthError('challenge_not_valid')
      return answer
    },

    async complete(token, code, origin) {
      const now = clock.now()
      const { challenge, account } = await openChallenge(database.read, 'enrolment', token, now)
      const counted = await database.inTransaction((tx) => countAttempt(tx, challenge.digest, now))
      if (counted === undefined || counted.state === '') throw new AuthError('challenge_not_valid')
      const kept = JSON.parse(seal.open(counted.state, placeOfState(challenge.digest)).plain) as HeldFactor
      const pending: HeldFactor = {
        ...kept,
        name: '',
        confirmedAt: undefined,
        lastUsedAt: undefined,
        version: 0,
        removesAt: undefined,
      }
      const enrolled = await totp.finish(pending, { code }, now)
      if (enrolled === undefined) throw fieldRefusal('code', 'wrong_proof')
      const outcome = await gate(
        {
          account,
          amr: joinedAmr(challenge.amr, enrolled.amr),
          held: typesOf(await confirmedFactors(database.read, account.id)),
          hasMostSessions: true,
          async alongside(tx) {
            if (!(await spendChallenge(tx, challenge.digest))) throw new AuthError('challenge_not_valid')
            await keepPendingFactor(tx, pending)
            await confirmFactor(tx, pending, { data: enrolled.data, name: '', lookupKey: undefined }, now)
            if (!(await claimCredentialsChange(tx, account))) throw new AuthError('challenge_not_valid')
            const about = { accountId: account.id, origin: actingAccount(account.id, origin) }
            await recordEvent(tx, now, 'factor.added', { ...about, factorId: pending.id, type: 'totp' })
            await notices.factorAdded(tx, account, 'totp', now)
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
