import type { Account } from '../../accounts/account.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { countAttempt, keepChallengeState } from '../../mfa/challenge-store.ts'
import type { FactorType, HeldFactor, Presented, Proven } from '../../mfa/factor.ts'
import type { Factors } from '../../mfa/factors.ts'
import { type LoginChallenge, placeOfState } from '../../mfa/login-challenge.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { secondFactorClaims } from '../../rate-limits/limits.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { refuseLogin } from '../tokens/refuse-login.ts'
import { factorOwnerOf } from './factor-owner.ts'
import { confirmedFactors, factorOf, typesOf } from './held-factors.ts'
import type { MailCode } from './mail-code.ts'
import { useAndRecord } from './use-factor.ts'

/** At this number of recovery codes or fewer, Latchkey warns the owner. */
const FEW_CODES = 3

type ProveFactorParts = {
  database: Database
  clock: Clock
  random: Random
  seal: Seal
  factors: Factors
  limiter: Limiter
  notices: SecurityNotices
  mailCode: MailCode
}

/** A proof that is right but has not been used yet. */
type UsableProof = {
  proven: Proven
  held: readonly FactorType[]
  /**
   * Uses the proof, in the transaction of the operation that needs it.
   *
   * @throws AuthError `second_factor_not_valid` if it was used meanwhile
   */
  use(tx: Transaction): Promise<void>
}

/** The parts that all challenges share, whether they complete a login or prove a session. */
export type ProveFactor = {
  /** What the client needs to prove a factor of the account, such as the options of a passkey. */
  begin(challenge: LoginChallenge, account: Account, type: FactorType, origin: RequestOrigin): Promise<object>
  /**
   * Checks what was presented, and counts the attempt before it does.
   *
   * @throws AuthError `second_factor_not_valid`, `challenge_not_valid`, `throttled`
   */
  check(
    challenge: LoginChallenge,
    account: Account,
    type: FactorType,
    presented: Presented,
    origin: RequestOrigin,
  ): Promise<UsableProof>
}

type State = { type: FactorType; state: string }

export function createProveFactor(parts: ProveFactorParts): ProveFactor {
  const { database, clock, random, seal, factors, limiter, notices, mailCode } = parts

  const ofType = (held: readonly HeldFactor[], type: FactorType) => held.filter((factor) => factor.type === type)

  function stateFor({ digest, state }: LoginChallenge, type: FactorType): string {
    if (state === '') return ''
    const opened = JSON.parse(seal.open(state, placeOfState(digest)).plain) as State
    return opened.type === type ? opened.state : ''
  }

  return {
    async begin(challenge, account, type, origin) {
      const now = clock.now()
      const factor = factorOf(factors, type)
      const held = ofType(await confirmedFactors(database.read, account.id), type)
      if (held.length === 0) throw new AuthError('factor_unavailable')
      if (factor.challenge === undefined) return {}
      const begun = await factor.challenge(held, await factorOwnerOf(database, random, account), now)
      const stored = seal.seal(
        JSON.stringify({ type, state: begun.state } satisfies State),
        placeOfState(challenge.digest),
      )
      const lifetimeMs = Math.min(begun.mail?.lifetimeMs ?? 0, challenge.expiresAt - now)
      const mail = begun.mail && (await mailCode.prepare(account, { ...begun.mail, lifetimeMs }, origin, now))
      const isOpen = await database.inTransaction(async (tx) => {
        if (!(await keepChallengeState(tx, challenge.digest, stored))) return false
        if (mail !== undefined) await mail.queue(tx)
        return true
      })
      if (!isOpen) throw new AuthError('challenge_not_valid')
      if (mail !== undefined) mailCode.wake()
      return begun.answer
    },

    async check({ digest }, account, type, presented, origin) {
      const now = clock.now()
      const factor = factorOf(factors, type)
      const counted = await database.inTransaction((tx) => countAttempt(tx, digest, now))
      if (counted === undefined) throw new AuthError('challenge_not_valid')
      const all = await confirmedFactors(database.read, account.id)
      const state = stateFor(counted, type)
      const verify = () => factor.verify(ofType(all, type), presented, state, now)
      const subject = { address: origin.address, accountId: account.id }
      const proven = await limiter.guard(
        factor.isGuessable ? secondFactorClaims(account.id) : [],
        subject,
        verify,
        (outcome) => outcome === undefined,
      )
      if (proven === undefined) {
        await refuseLogin(database, { accountId: account.id, reason: 'wrong_second_factor', factor: type }, origin, now)
        throw new AuthError('second_factor_not_valid')
      }
      return {
        proven,
        held: typesOf(all),
        async use(tx) {
          const by = actingAccount(account.id, origin)
          await useAndRecord(tx, proven, by, now)
          if (proven.left === undefined) return
          const facts = { accountId: account.id, left: proven.left, origin: by }
          await recordEvent(tx, now, 'recovery_code.used', facts)
          await notices.recoveryCodeUsed(tx, account, { left: proven.left, isFew: proven.left <= FEW_CODES }, now)
        },
      }
    },
  }
}
