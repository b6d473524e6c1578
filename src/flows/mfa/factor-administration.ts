import { findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { HeldFactor } from '../../mfa/factor.ts'
import { keepFactor, removeFactor, scheduleRemoval } from '../../mfa/factor-store.ts'
import { hasSecondFactor } from '../../mfa/mfa-policy.ts'
import { issuedUntil, issueRecoveryCode } from '../../mfa/recovery-codes/recovery-code-factor.ts'
import {
  listTrustedDevices,
  removeTrustedDevice,
  removeTrustedDevices,
  type TrustedDevice,
} from '../../mfa/trusted-device-store.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import { getAccount } from '../accounts/get-account.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf, type Manager, type Owner } from '../rights/actor.ts'
import { admit, findAdministered, findOther } from '../rights/authority.ts'
import { confirmedFactors, typesOf } from './held-factors.ts'
import { removeForOwner } from './remove-factor.ts'

/** How long an issued recovery code is valid, from the moment it takes effect. */
const ISSUED_CODE_LIFETIME_MS = 86_400_000

/** A recovery code for somebody who lost their factors. It is shown once. */
type IssuedRecoveryCode = { code: string; validFrom: number; validUntil: number }

/**
 * The operations of managers on other people's factors. An administrator needs `accounts.change`. The owner gets an
 * email.
 */
export type FactorAdministration = {
  list(accountId: number): Promise<{ factors: HeldFactor[]; devices: TrustedDevice[] }>
  /**
   * Removes a factor, at once or after RECOVERY_DELAY. Once it is removed, all sessions of the account end.
   *
   * @returns when it takes effect
   * @throws AuthError `not_found`, `permission_denied`, `own_account`
   */
  remove(accountId: number, factorId: string, manager: Manager): Promise<number>
  /** Cancels a removal that has not taken effect. @throws AuthError `not_found` */
  keep(accountId: number, factorId: string, by: Owner | Manager): Promise<void>
  /**
   * Issues a code. It replaces one that was issued before.
   *
   * @throws AuthError `not_found`, `permission_denied`, `own_account`, `overloaded`; `factor_unavailable` if the account
   *   has no second factor
   */
  issueCode(accountId: number, manager: Manager): Promise<IssuedRecoveryCode>
  /** Stops trusting all devices of an account. @returns how many */
  untrustAll(accountId: number, manager: Manager): Promise<number>
  /** The trusted devices of one's own account. */
  ownDevices(owner: Owner): Promise<TrustedDevice[]>
  /** @throws AuthError `not_found` */
  untrustOwn(owner: Owner, deviceId: string): Promise<void>
}

type FactorAdministrationParts = {
  database: Database
  clock: Clock
  random: Random
  passwords: Pick<PasswordCheck, 'check' | 'hash'>
  notices: SecurityNotices
  outbox: Outbox
  settings: { recoveryDelayMs: number }
}

export function createFactorAdministration(parts: FactorAdministrationParts): FactorAdministration {
  const { database, clock, random, notices, outbox, settings } = parts

  return {
    async list(accountId) {
      const account = await getAccount(database.read, accountId, 'not_found')
      return {
        factors: await confirmedFactors(database.read, accountId),
        devices: await listTrustedDevices(database.read, account, clock.now()),
      }
    },

    async remove(accountId, factorId, manager) {
      const now = clock.now()
      const effectiveAt = now + settings.recoveryDelayMs
      const origin = auditOriginOf(manager)
      await database.inTransaction(async (tx) => {
        const by = await admit(tx, manager, 'accounts.change')
        const account = await findOther(tx, by, accountId)
        const factor = (await confirmedFactors(tx, accountId)).find(({ id }) => id === factorId)
        if (factor === undefined) throw new AuthError('not_found')
        if (settings.recoveryDelayMs === 0) {
          await removeForOwner(tx, factor, { origin, notices }, now)
          return
        }
        await scheduleRemoval(tx, accountId, factorId, effectiveAt)
        await recordEvent(tx, now, 'recovery.asked', { accountId, what: 'remove_factor', origin })
        await notices.recoveryAsked(tx, account, effectiveAt, now)
      })
      outbox.wake()
      return effectiveAt
    },

    async keep(accountId, factorId, actor) {
      const now = clock.now()
      await database.inTransaction(async (tx) => {
        if (actor.kind !== 'owner') await findAdministered(tx, await admit(tx, actor, 'accounts.change'), accountId)
        if (!(await scheduleRemoval(tx, accountId, factorId, undefined))) throw new AuthError('not_found')
        const origin = auditOriginOf(actor)
        await recordEvent(tx, now, 'recovery.cancelled', { accountId, what: 'remove_factor', origin })
      })
    },

    async issueCode(accountId, manager) {
      const now = clock.now()
      const validFrom = now + settings.recoveryDelayMs
      const validUntil = validFrom + ISSUED_CODE_LIFETIME_MS
      const { code, data } = await issueRecoveryCode(parts, { from: validFrom, until: validUntil })
      const id = randomId(random)
      await database.inTransaction(async (tx) => {
        const by = await admit(tx, manager, 'accounts.change')
        const account = await findOther(tx, by, accountId)
        const held = await confirmedFactors(tx, accountId)
        if (!hasSecondFactor(typesOf(held))) {
          throw new AuthError('factor_unavailable', {
            detail: 'the account has no second factor that a code could replace',
          })
        }
        // Only the newest of the issued codes works.
        for (const former of held.filter((one) => issuedUntil(one) !== undefined)) {
          await removeFactor(tx, accountId, former.id)
        }
        await keepFactor(tx, { id, accountId, type: 'recovery_code', name: '', data }, now)
        await recordEvent(tx, now, 'recovery_code.issued', { accountId, origin: auditOriginOf(manager) })
        await notices.recoveryAsked(tx, account, validFrom, now)
      })
      outbox.wake()
      return { code, validFrom, validUntil }
    },

    async untrustAll(accountId, manager) {
      const now = clock.now()
      return database.inTransaction(async (tx) => {
        const by = await admit(tx, manager, 'accounts.change')
        await findAdministered(tx, by, accountId)
        const count = await removeTrustedDevices(tx, accountId)
        const event = { accountId, deviceId: 'all', origin: auditOriginOf(manager) }
        if (count > 0) await recordEvent(tx, now, 'device.untrusted', event)
        return count
      })
    },

    async ownDevices({ caller }) {
      const account = await findAccount(database.read, caller.account.id)
      return account === undefined ? [] : listTrustedDevices(database.read, account, clock.now())
    },

    async untrustOwn(owner, deviceId) {
      const now = clock.now()
      const { id: accountId } = owner.caller.account
      await database.inTransaction(async (tx) => {
        if (!(await removeTrustedDevice(tx, accountId, deviceId))) throw new AuthError('not_found')
        await recordEvent(tx, now, 'device.untrusted', { accountId, deviceId, origin: auditOriginOf(owner) })
      })
    },
  }
}
