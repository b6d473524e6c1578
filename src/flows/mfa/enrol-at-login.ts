import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, fieldRefusal } from '../../errors.ts'
import { countAttempt, keepChallengeState, spendChallenge } from '../../mfa/challenge-store.ts'
import type { FactorType, HeldFactor, Presented } from '../../mfa/factor.ts'
import { keepPendingFactor } from '../../mfa/factor-store.ts'
import type { Factors } from '../../mfa/factors.ts'
import { type LoginChallenge, placeOfState } from '../../mfa/login-challenge.ts'
import { joinedAmr } from '../../mfa/mfa-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'
import type { IssuedPair } from '../../tokens/token-issuer.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import type { LoginGate } from '../tokens/login-gate.ts'
import { loginRefusal } from '../tokens/refuse-login.ts'
import { addAndRecord } from './add-factor.ts'
import { factorOwnerOf } from './factor-owner.ts'
import { makeFirstRecoveryCodes } from './first-recovery-codes.ts'
import { confirmedFactors, factorOf, typesOf } from './held-factors.ts'
import { openChallenge } from './open-challenge.ts'

/**
 * A completed login, with the recovery codes to save. They become valid once the session confirms that they are saved.
 */
type EnrolledLogin = IssuedPair & { recoveryCodes: readonly string[] }

/**
 * A login of an account that must have a second factor and whose grace period is over. It sets up an authenticator app
 * or a passkey, and the first right proof completes it.
 */
export type EnrolAtLogin = {
  /** @throws AuthError `challenge_not_valid`, `factor_unavailable` */
  begin(token: string, type: FactorType): Promise<object>
  /**
   * Of several equal requests, one succeeds.
   *
   * @throws AuthError `challenge_not_valid`, `invalid_fields` if the proof is wrong, `passkey_exists`, `overloaded`,
   *   and what the gate throws
   */
  complete(token: string, type: FactorType, presented: Presented, origin: RequestOrigin): Promise<EnrolledLogin>
}

type EnrolAtLoginParts = {
  database: Database
  clock: Clock
  random: Random
  seal: Seal
  factors: Factors
  /** The factors that can be set up here. */
  enrollable: readonly FactorType[]
  gate: LoginGate
  notices: SecurityNotices
}

/** What a challenge stores of the enrolment that was begun. */
type Pending = Pick<HeldFactor, 'id' | 'accountId' | 'type' | 'createdAt' | 'data'>

export function createEnrolAtLogin(parts: EnrolAtLoginParts): EnrolAtLogin {
  const { database, clock, random, seal, factors, enrollable, gate, notices } = parts

  function enrollableFactor(type: FactorType) {
    if (!enrollable.includes(type)) throw new AuthError('factor_unavailable')
    return factorOf(factors, type)
  }

  /** @throws AuthError `challenge_not_valid` if no enrolment of this kind was begun */
  function pendingOf({ digest, state }: LoginChallenge, type: FactorType): HeldFactor {
    const kept = state === '' ? undefined : (JSON.parse(seal.open(state, placeOfState(digest)).plain) as Pending)
    if (kept?.type !== type) throw new AuthError('challenge_not_valid', { detail: 'no enrolment is pending' })
    const nothingYet = { confirmedAt: undefined, lastUsedAt: undefined, removesAt: undefined }
    return { ...kept, ...nothingYet, name: '', version: 0 }
  }

  return {
    async begin(token, type) {
      const now = clock.now()
      const factor = enrollableFactor(type)
      const { challenge, account } = await openChallenge(database.read, 'enrolment', token, now)
      const id = randomId(random)
      const { state, answer } = await factor.enrol(await factorOwnerOf(database, random, account), id, [], now)
      const pending: Pending = { id, accountId: account.id, type, createdAt: now, data: state }
      const sealed = seal.seal(JSON.stringify(pending), placeOfState(challenge.digest))
      const isOpen = await database.inTransaction((tx) => keepChallengeState(tx, challenge.digest, sealed))
      if (!isOpen) throw new AuthError('challenge_not_valid')
      return answer
    },

    async complete(token, type, presented, origin) {
      const now = clock.now()
      const factor = enrollableFactor(type)
      const { challenge, account } = await openChallenge(database.read, 'enrolment', token, now)
      const counted = await database.inTransaction((tx) => countAttempt(tx, challenge.digest, now))
      if (counted === undefined) throw new AuthError('challenge_not_valid')
      const pending = pendingOf(counted, type)
      const enrolled = await factor.finish(pending, presented, now)
      if (enrolled === undefined) throw fieldRefusal(type === 'passkey' ? 'credential' : 'code', 'wrong_proof')
      const recoveryCodes = await makeFirstRecoveryCodes(parts, account, now)
      const outcome = await gate(
        {
          account,
          amr: joinedAmr(challenge.amr, enrolled.amr),
          factor: type,
          held: typesOf(await confirmedFactors(database.read, account.id)),
          hasMostSessions: true,
          async alongside(tx) {
            if (!(await spendChallenge(tx, challenge.digest))) throw new AuthError('challenge_not_valid')
            await keepPendingFactor(tx, pending)
            const proof = { account, pending, enrolled, name: enrolled.name ?? '' }
            await addAndRecord(tx, proof, { origin: actingAccount(account.id, origin), notices }, now)
            await recoveryCodes.keep(tx)
          },
        },
        origin,
        now,
      )
      if (outcome.kind === 'refused') throw loginRefusal(outcome)
      return { ...outcome.issued, recoveryCodes: recoveryCodes.codes }
    },
  }
}
