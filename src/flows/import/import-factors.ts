import { holdLogins, insistOnChange } from '../../accounts/account-state-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { type ForeignFactor, type ForeignSystem, ForeignSystemError } from '../../foreign-systems/foreign-system.ts'
import {
  findImported,
  forgetImported,
  type ImportedRow,
  listImported,
  rememberImported,
} from '../../foreign-systems/imported-row-store.ts'
import { findFactor, insertFactor, insertTrustedDevice, rewriteFactor } from '../../mfa/factor-import-store.ts'
import { type PortableFactor, storedFactor } from '../../mfa/portable-factor.ts'
import { removeTrustedDevice } from '../../mfa/trusted-device-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { removeAndRecord } from '../mfa/remove-factor.ts'

/** Factors and devices per transaction. */
const BATCH = 200
const DIGITS = 12

/** How many second factors and trusted devices there are, and how many of them could not be imported. */
export type ImportedFactors = { factors: number; devices: number; skipped: number }

/**
 * Imports second factors and trusted devices from an export of Latchkey, so that their owners can use the same app,
 * passkey, code or device. A later import brings changes and removals. Anything that was used or removed here since
 * stays as it is here.
 *
 * @throws ForeignSystemError if there is no SECRET_KEY to encrypt secrets with
 */
export type ImportFactors = (
  system: ForeignSystem,
  options: { source: string; isDryRun: boolean; localIdOf: (keys: readonly string[]) => Promise<Map<string, number>> },
) => Promise<ImportedFactors>

type ImportFactorsParts = { database: Database; clock: Clock; seal: Seal; hasSecretKey: boolean }

export function createImportFactors(parts: ImportFactorsParts, by: AuditOrigin): ImportFactors {
  const { database, clock, seal, hasSecretKey } = parts

  /** @returns whether it is here now */
  async function take(
    tx: Transaction,
    source: string,
    item: ForeignFactor,
    accountId: number,
    known: Known,
    now: number,
  ) {
    const of = { source, kind: 'factor' } as const
    const fingerprint = sha256(JSON.stringify(item)).slice(0, DIGITS)
    if (known === undefined) {
      const isNew =
        item.kind === 'factor' ? await add(tx, item.factor, accountId) : await trust(tx, item, accountId, now)
      if (isNew)
        await rememberImported(tx, of, [{ key: item.key, localId: accountId, fingerprint: `${fingerprint}.1` }])
      return isNew
    }
    const [before, version] = known.fingerprint.split('.')
    if (item.kind === 'device' || before === fingerprint) return true
    const held = await findFactor(tx, item.key)
    // It was removed or used here. Importing its state there would make used codes valid again.
    if (held === undefined || held.version !== Number(version)) return true
    await rewriteFactor(tx, held, item.factor, storedFactor(item.factor, held.id, seal).data)
    await rememberImported(tx, of, [{ ...known, fingerprint: `${fingerprint}.${held.version + 1}` }])
    return true
  }

  async function add(tx: Transaction, factor: PortableFactor, accountId: number) {
    // The account may have been deleted here.
    const account = await findAccount(tx, accountId)
    return account !== undefined && insertFactor(tx, factor, { accountId, ...storedFactor(factor, factor.id, seal) })
  }

  async function trust(
    tx: Transaction,
    { device }: ForeignFactor & { kind: 'device' },
    accountId: number,
    now: number,
  ) {
    const account = await findAccount(tx, accountId)
    return account !== undefined && device.expiresAt > now && insertTrustedDevice(tx, device, account)
  }

  async function remove(tx: Transaction, { key, localId: accountId }: ImportedRow, now: number): Promise<void> {
    if (await removeTrustedDevice(tx, accountId, key)) return
    const held = await findFactor(tx, key)
    if (held !== undefined && (await removeAndRecord(tx, held, by, now))) await insistOnChange(tx, [accountId])
  }

  async function removeMissing(source: string, present: ReadonlySet<string>, now: number): Promise<void> {
    for (let last = ''; ; ) {
      const page = await listImported(database.read, { source, kind: 'factor' }, last, BATCH)
      const missing = page.filter(({ key }) => !present.has(key))
      if (missing.length > 0) {
        await database.inLongTransaction(async (tx) => {
          await forgetImported(tx, missing)
          // Everybody locks the account of a factor before the factor.
          await holdLogins(tx, [...new Set(missing.map(({ localId }) => localId))])
          for (const row of missing) await remove(tx, row, now)
        })
      }
      const end = page.at(-1)
      if (end === undefined || page.length < BATCH) return
      last = end.key
    }
  }

  return async (system, { source, isDryRun, localIdOf }) => {
    const now = clock.now()
    const counts = { factors: 0, devices: 0, skipped: 0 }
    const present = new Set<string>()
    for await (const items of system.factors?.() ?? []) {
      if (!hasSecretKey) throw new ForeignSystemError(NO_SECRET_KEY)
      for (let start = 0; start < items.length; start += BATCH) {
        const part = items.slice(start, start + BATCH)
        const keys = part.map(({ key }) => key)
        for (const key of keys) present.add(key)
        const owners = await localIdOf(part.map(({ accountKey }) => accountKey))
        const known = await findImported(database.read, { source, kind: 'factor' }, keys)
        const taken = isDryRun
          ? part.map(() => true)
          : await database.inLongTransaction(async (tx) => {
              const results: boolean[] = []
              for (const item of part) {
                const accountId = owners.get(item.accountKey)
                results.push(
                  accountId !== undefined && (await take(tx, source, item, accountId, known.get(item.key), now)),
                )
              }
              return results
            })
        for (const [nth, { kind }] of part.entries()) {
          if (taken[nth] !== true) counts.skipped++
          else if (kind === 'factor') counts.factors++
          else counts.devices++
        }
      }
    }
    // An export without any factors proves nothing: they may have been left out.
    if (!isDryRun && present.size > 0) await removeMissing(source, present, now)
    return counts
  }
}

type Known = ImportedRow | undefined

const NO_SECRET_KEY =
  'the file contains second factors, whose secrets are stored encrypted. Set SECRET_KEY, with the value that the server has'
