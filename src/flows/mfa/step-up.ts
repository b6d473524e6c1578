import type { Account } from '../../accounts/account.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, fieldRefusal } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import { findChallenge, keepChallenge, spendChallenge } from '../../mfa/challenge-store.ts'
import type { FactorType, Presented } from '../../mfa/factor.ts'
import { createChallenge } from '../../mfa/login-challenge.ts'
import { hasSecondFactor, joinedAmr, usableFactors } from '../../mfa/mfa-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Session } from '../../sessions/session.ts'
import { proveSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { getAccount } from '../accounts/get-account.ts'
import type { ProvePassword } from '../accounts/passwords/prove-password.ts'
import { auditOriginOf, type Owner } from '../rights/actor.ts'
import { findOwnSession } from '../sessions/own-session.ts'
import { confirmedFactors, typesOf } from './held-factors.ts'
import type { ProveFactor } from './prove-factor.ts'

/** What the session has proven, and when. */
export type ProvenSession = { amr: readonly string[]; provenAt: number }

/**
 * A session proves itself again, without a new login. An account that has a second factor proves it with one of its
 * factors: the password alone, which may have been stolen with the session, is not enough.
 */
export type StepUp = {
  /** @returns a challenge token, and what the client needs to prove the factor */
  begin(owner: Owner, type: FactorType): Promise<{ token: string; answer: object }>
  /** @throws AuthError `invalid_fields` if it is wrong, `second_factor_required`, `throttled`, `overloaded` */
  withPassword(owner: Owner, password: string): Promise<ProvenSession>
  /** @throws AuthError `invalid_fields` if it is wrong, `challenge_not_valid`, `throttled` */
  withFactor(owner: Owner, type: FactorType, token: string | undefined, presented: Presented): Promise<ProvenSession>
}

type StepUpParts = {
  database: Database
  clock: Clock
  random: Random
  proveFactor: ProveFactor
  provePassword: ProvePassword
  outbox: Outbox
  settings: { endSessionsOnDeactivation: boolean }
}

export function createStepUp(parts: StepUpParts): StepUp {
  const { database, clock, random, proveFactor, provePassword, outbox, settings } = parts

  async function sessionOf({ caller }: Owner): Promise<Session> {
    const own = await findOwnSession(database.read, caller, clock.now(), settings)
    if (own === undefined) throw new AuthError('token_not_valid', { detail: 'the caller has no active session' })
    return own
  }

  async function challengeOf(account: Account, now: number) {
    const { id, credentialsVersion } = account
    const made = createChallenge(random, { purpose: 'step_up', account: { id, credentialsVersion }, amr: [] }, now)
    await database.inTransaction((tx) => keepChallenge(tx, made.challenge))
    return made
  }

  async function note(
    owner: Owner,
    session: Session,
    { added, factor }: { added: readonly string[]; factor?: FactorType },
    alongside?: (tx: Transaction) => Promise<void>,
  ): Promise<ProvenSession> {
    const now = clock.now()
    const amr = joinedAmr(session.amr, added)
    const { id: sessionId, accountId } = session
    await database.inTransaction(async (tx) => {
      await alongside?.(tx)
      if (!(await proveSession(tx, sessionId, amr, now))) throw new AuthError('token_not_valid')
      await recordEvent(tx, now, 'session.proven', {
        accountId,
        sessionId,
        amr,
        ...(factor && { factor }),
        origin: auditOriginOf(owner),
      })
    })
    outbox.wake()
    return { amr, provenAt: now }
  }

  return {
    async begin(owner, type) {
      const account = await getAccount(database.read, owner.caller.account.id, 'account_not_found')
      const { token, challenge } = await challengeOf(account, clock.now())
      return { token, answer: await proveFactor.begin(challenge, account, type, owner.origin) }
    },

    async withPassword(owner, password) {
      const session = await sessionOf(owner)
      const held = typesOf(await confirmedFactors(database.read, owner.caller.account.id))
      if (hasSecondFactor(held)) throw new AuthError('second_factor_required', { stepUpWith: usableFactors(held) })
      await provePassword(owner.caller, password, owner.origin)
      return note(owner, session, { added: ['pwd'] })
    },

    async withFactor(owner, type, token, presented) {
      const now = clock.now()
      const session = await sessionOf(owner)
      const account = await getAccount(database.read, owner.caller.account.id, 'account_not_found')
      const challenge =
        token === undefined
          ? (await challengeOf(account, now)).challenge
          : await findChallenge(database.read, 'step_up', token, now)
      if (challenge === undefined || challenge.account?.id !== account.id) throw new AuthError('challenge_not_valid')
      try {
        const { proven, use } = await proveFactor.check(challenge, account, type, presented, owner.origin)
        return await note(owner, session, { added: proven.amr, factor: type }, async (tx) => {
          if (!(await spendChallenge(tx, challenge.digest))) throw new AuthError('challenge_not_valid')
          await use(tx)
        })
      } catch (error) {
        // The access token is good: a 401 would make clients refresh it.
        const isWrong = error instanceof AuthError && error.code === 'second_factor_not_valid'
        throw isWrong ? fieldRefusal(type === 'passkey' ? 'credential' : 'code', 'wrong_proof', error) : error
      }
    },
  }
}
