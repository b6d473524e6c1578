import type { recordEvent } from '../audit/audit-store.ts'
import type { AuditOrigin } from '../audit/events.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../storage/database.ts'
import type { Transaction } from '../storage/prepared.ts'
import type { NewKey } from './key-opening.ts'
import {
  activateKey,
  askForRotation,
  claimRingChange,
  insertKey,
  readRing,
  retireKey,
  type StoredKey,
  supersedeKey,
} from './key-store.ts'
import type { KeyStep } from './signing-key.ts'

/** The parts that a change of the keys needs. */
export type RingChangeDeps = {
  database: Database
  clock: Clock
  recordEvent: typeof recordEvent
  createKey: () => Promise<NewKey>
}

/** Decides the steps, given the current keys. */
export type RingPlan = (keys: readonly StoredKey[], now: number) => KeyStep[]

/** Other work that belongs to a change of the keys. */
export type ChangeDuties = {
  /** Checks, in the transaction of the change, whether it may be made, and throws if not. */
  admit?: (tx: Transaction) => Promise<unknown>
  /** Does the rest in the same transaction, once the change is certain. */
  complete?: (tx: Transaction, now: number) => Promise<unknown>
}

/** How often other processes may be faster. Each of them needs one change; then all agree that nothing is due. */
const ATTEMPTS = 10

/**
 * Changes the keys as `plan` decides, in one transaction with the audit events. If another process changes them
 * meanwhile, `plan` decides again, given the new state.
 *
 * @returns the steps that were taken
 * @throws what `admit` throws
 */
export async function changeRing(
  deps: RingChangeDeps,
  plan: RingPlan,
  origin: AuditOrigin,
  { admit, complete }: ChangeDuties = {},
): Promise<KeyStep[]> {
  const { database, clock, createKey } = deps
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { edition, keys } = await readRing(database.read)
    const now = clock.now()
    const steps = plan(keys, now)
    if (steps.length === 0) return []
    const newKeys = await Promise.all(steps.filter(({ kind }) => kind === 'create').map(createKey))
    const isDone = await database.inTransaction(async (tx) => {
      await admit?.(tx)
      if (!(await claimRingChange(tx, edition))) return false
      const unused = [...newKeys]
      for (const step of steps) {
        const key = step.kind === 'create' ? unused.shift() : keys.find(({ kid }) => kid === step.kid)
        if (key === undefined) throw new Error(`there is no key for the step ${JSON.stringify(step)}`)
        const event = await takeStep(tx, step, key, now)
        await deps.recordEvent(tx, now, event, { kid: key.kid, algorithm: key.algorithm, origin })
      }
      await complete?.(tx, now)
      return true
    })
    if (isDone) return steps
  }
  throw new Error(`other processes changed the key ring ${ATTEMPTS} times while this one tried to change it`)
}

/** @returns the audit event of the step */
async function takeStep(tx: Transaction, step: KeyStep, key: NewKey, now: number) {
  switch (step.kind) {
    case 'create': {
      const isCurrent = step.as === 'current'
      await insertKey(tx, { ...key, createdAt: now, activatedAt: isCurrent ? now : undefined })
      return isCurrent ? 'key.activated' : 'key.created'
    }
    case 'activate':
      await activateKey(tx, step.kid, now)
      return 'key.activated'
    case 'ask_rotation':
      await askForRotation(tx, step.kid, now)
      return 'key.rotation_scheduled'
    case 'supersede':
      await supersedeKey(tx, step.kid, now, step.retiresAt)
      return 'key.superseded'
    case 'retire':
      await retireKey(tx, step.kid, now)
      return 'key.retired'
  }
}
