import { insistOnChange } from '../../accounts/account-state-store.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError, fieldRefusal, refuseFaults } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { FactorType, HeldFactor, Presented } from '../../mfa/factor.ts'
import { keepPendingFactor, listFactors, removeFactorsOfType, renameFactor } from '../../mfa/factor-store.ts'
import type { Factors } from '../../mfa/factors.ts'
import { hasSecondFactor, joinedAmr } from '../../mfa/mfa-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import { nameTextFaults } from '../../platform/text-rules.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { secondFactorClaims } from '../../rate-limits/limits.ts'
import { proveSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { getAccount } from '../accounts/get-account.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf, type Owner } from '../rights/actor.ts'
import { findOwnSession, insistOnOwnSession } from '../sessions/own-session.ts'
import { addAndRecord } from './add-factor.ts'
import { factorOwnerOf } from './factor-owner.ts'
import { makeFirstRecoveryCodes } from './first-recovery-codes.ts'
import { confirmedFactors, factorOf, mustHaveFactor, typesOf } from './held-factors.ts'
import type { MailCode } from './mail-code.ts'
import { removeAndRecord } from './remove-factor.ts'

/** How long an enrolment may take. */
const ENROLMENT_LIFETIME_MS = 10 * 60_000

/** A factor as its owner sees it, with the facts of its kind. */
export type ShownFactor = { factor: HeldFactor; facts: Readonly<Record<string, unknown>> }

/** What a finished enrolment returns. */
type FinishedEnrolment = {
  added: ShownFactor
  /** With the account's first factor: the recovery codes to save. They become valid once that is confirmed. */
  recoveryCodes: readonly string[] | undefined
}

/** The operations of owners on their factors. The contract requires a recent login for every change. */
export type OwnFactors = {
  list(accountId: number): Promise<{
    factors: ShownFactor[]
    available: FactorType[]
    /** How browsers identify the passkeys of the account (Signal API); undefined: passkeys do not work here. */
    passkeys: { rpId: string; userHandle: string } | undefined
  }>
  /** Begins an enrolment. It changes nothing until it is finished. @returns what the client needs, in snake_case */
  begin(owner: Owner, type: FactorType): Promise<object>
  /**
   * @throws AuthError `invalid_fields` if what was presented is wrong, `passkey_exists`, `factor_unavailable`,
   * `throttled`
   */
  finish(owner: Owner, type: FactorType, presented: Presented, name: string | undefined): Promise<FinishedEnrolment>
  /** @throws AuthError `not_found` */
  rename(owner: Owner, id: string, name: string): Promise<void>
  /** With the last second factor, the recovery codes are removed too. @throws AuthError `not_found`, `factor_needed` */
  remove(owner: Owner, id: string): Promise<void>
}

type OwnFactorsParts = {
  database: Database
  clock: Clock
  random: Random
  factors: Factors
  limiter: Limiter
  notices: SecurityNotices
  outbox: Outbox
  mailCode: MailCode
  /** The domain that passkeys belong to; undefined: they do not work here. */
  rpId: string | undefined
  settings: { requiredFor: readonly string[]; endSessionsOnDeactivation: boolean }
}

export function createOwnFactors(parts: OwnFactorsParts): OwnFactors {
  const { database, clock, random, factors, limiter, notices, outbox, mailCode, rpId, settings } = parts

  const show = (factor: HeldFactor): ShownFactor => ({
    factor,
    facts: factors[factor.type]?.describe(factor) ?? {},
  })

  async function pendingOf(accountId: number, type: FactorType, now: number): Promise<HeldFactor> {
    const all = await listFactors(database.read, accountId)
    const pending = all.find((factor) => factor.type === type && factor.confirmedAt === undefined)
    if (pending === undefined || pending.createdAt + ENROLMENT_LIFETIME_MS <= now) {
      throw new AuthError('challenge_not_valid', { detail: 'no enrolment is pending' })
    }
    return pending
  }

  async function check(pending: HeldFactor, presented: Presented, origin: RequestOrigin, now: number) {
    const factor = factorOf(factors, pending.type)
    const enrolled = await limiter.guard(
      factor.isGuessable ? secondFactorClaims(pending.accountId) : [],
      { address: origin.address, accountId: pending.accountId },
      () => factor.finish(pending, presented, now),
      (outcome) => outcome === undefined,
    )
    if (enrolled !== undefined) return enrolled
    throw fieldRefusal(factor.type === 'passkey' ? 'credential' : 'code', 'wrong_proof')
  }

  return {
    async list(accountId) {
      const account = await getAccount(database.read, accountId, 'account_not_found')
      const owner = await factorOwnerOf(database, random, account)
      const available = Object.values(factors).filter((factor) => factor.unavailable(owner) === undefined)
      const held = await confirmedFactors(database.read, accountId)
      const { userHandle } = owner
      const passkeys = rpId === undefined ? undefined : { rpId, userHandle }
      return { factors: held.map(show), available: available.map(({ type }) => type), passkeys }
    },

    async begin(owner, type) {
      const now = clock.now()
      const account = await getAccount(database.read, owner.caller.account.id, 'account_not_found')
      const factor = factorOf(factors, type)
      const factorOwner = await factorOwnerOf(database, random, account)
      const fault = factor.unavailable(factorOwner)
      if (fault !== undefined) throw new AuthError(fault)
      const held = await confirmedFactors(database.read, account.id)
      const isAlone = type === 'recovery_code' && !hasSecondFactor(typesOf(held))
      if (isAlone) throw new AuthError('factor_unavailable', { detail: 'recovery codes need another factor' })
      const own = held.filter((one) => one.type === type)
      if (type !== 'recovery_code' && own.length >= factor.most) throw new AuthError('too_many_factors')
      const id = randomId(random)
      const begun = await factor.enrol(factorOwner, id, own, now)
      const mail = begun.mail && (await mailCode.prepare(account, begun.mail, owner.origin, now))
      await database.inTransaction(async (tx) => {
        await keepPendingFactor(tx, { id, accountId: account.id, type, createdAt: now, data: begun.state })
        await mail?.queue(tx)
      })
      if (mail !== undefined) mailCode.wake()
      return begun.answer
    },

    async finish(owner, type, presented, name) {
      refuseUnseen(name)
      const now = clock.now()
      const account = await getAccount(database.read, owner.caller.account.id, 'account_not_found')
      const pending = await pendingOf(account.id, type, now)
      const enrolled = await check(pending, presented, owner.origin, now)
      const former = typesOf(await confirmedFactors(database.read, account.id))
      const isFirst = !hasSecondFactor(former) && type !== 'recovery_code'
      const codes = isFirst ? await makeFirstRecoveryCodes(parts, account, now) : undefined
      const session = await findOwnSession(database.read, owner.caller, now, settings)
      await database.inTransaction(async (tx) => {
        const proof = { account, pending, enrolled, name: name ?? enrolled.name ?? '' }
        await addAndRecord(tx, proof, { origin: auditOriginOf(owner), notices }, now)
        if (type === 'recovery_code') await removeFactorsOfType(tx, account.id, type, pending.id)
        await codes?.keep(tx)
        if (session !== undefined && enrolled.amr.length > 0) {
          await proveSession(tx, session.id, joinedAmr(session.amr, enrolled.amr), now)
        }
      })
      outbox.wake()
      const added = (await confirmedFactors(database.read, account.id)).find(({ id }) => id === pending.id)
      return { added: show(added ?? pending), recoveryCodes: codes?.codes }
    },

    async rename(owner, id, name) {
      refuseUnseen(name)
      const { id: accountId } = owner.caller.account
      const isRenamed = await database.inTransaction((tx) => renameFactor(tx, accountId, id, name))
      if (!isRenamed) throw new AuthError('not_found')
    },

    async remove(owner, id) {
      const now = clock.now()
      const account = await getAccount(database.read, owner.caller.account.id, 'account_not_found')
      const mustKeep = await mustHaveFactor(database.read, account, settings.requiredFor)
      await database.inTransaction(async (tx) => {
        // Removals wait for each other, so that together they cannot remove the last factor.
        await insistOnChange(tx, [account.id])
        await insistOnOwnSession(tx, owner.caller, now, settings)
        const held = await confirmedFactors(tx, account.id)
        const removed = held.find((one) => one.id === id)
        if (removed === undefined) throw new AuthError('not_found')
        const rest = typesOf(held.filter((one) => one.id !== id))
        if (mustKeep && !hasSecondFactor(rest) && removed.type !== 'recovery_code') throw new AuthError('factor_needed')
        if (!(await removeAndRecord(tx, removed, auditOriginOf(owner), now))) throw new AuthError('not_found')
        await notices.factorRemoved(tx, account, removed.type, now)
      })
      outbox.wake()
    },
  }
}

/** @throws AuthError `invalid_fields` if the name contains an invisible character */
function refuseUnseen(name = ''): void {
  refuseFaults(nameTextFaults(name).map((fault) => ({ field: 'name', ...fault })))
}
