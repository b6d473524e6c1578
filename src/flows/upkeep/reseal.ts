import type { Logger } from '../../platform/log.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'

/** How many rows are read at a time. */
const BATCH = 100

/** A stored secret: the row it is in, and the place it is encrypted for. */
type SealedSecret = { id: string; sealed: string; place: string }

/** One kind of row with an encrypted secret. */
type SealedRows = {
  /** The next rows by id, at most `limit` of them. */
  list(db: Queryable, afterId: string, limit: number): Promise<SealedSecret[]>
  /** Stores the secret again, unless it has changed since it was read. */
  replace(tx: Transaction, id: string, former: string, fresh: string): Promise<void>
}

/** How many secrets were encrypted again, and how many could not be decrypted. */
type Counts = { secrets: number; unreadable: number }

const UNREADABLE =
  'some stored secrets can be decrypted neither with SECRET_KEY nor with SECRET_KEY_FALLBACKS: add the value under ' +
  'which they were stored to SECRET_KEY_FALLBACKS, and restart'

type ResealParts = {
  database: Database
  seal: Seal
  log: Logger
  /** Whether SECRET_KEY_FALLBACKS has any values. If not, there is nothing to encrypt again. */
  hasFallbacks: boolean
  rows: readonly SealedRows[]
}

/**
 * Encrypts stored secrets again under the current SECRET_KEY if a previous value had encrypted them, so that previous
 * values can be removed. Signing keys are encrypted again when they are loaded, before the server listens. It runs once
 * after a start, and only with SECRET_KEY_FALLBACKS. Several processes may do it at once.
 */
export type Reseal = (signal?: AbortSignal) => Promise<void>

export function createReseal({ database, seal, log, hasFallbacks, rows }: ResealParts): Reseal {
  /** Undefined: it is encrypted under the current SECRET_KEY. @throws Error if it is under an unknown one */
  function resealed({ sealed, place }: SealedSecret): string | undefined {
    const { plain, needsResealing } = seal.open(sealed, place)
    return needsResealing ? seal.seal(plain, place) : undefined
  }

  async function resealAll({ list, replace }: SealedRows, signal: AbortSignal | undefined): Promise<Counts> {
    const counts = { secrets: 0, unreadable: 0 }
    let afterId = ''
    while (signal?.aborted !== true) {
      const batch = await list(database.read, afterId, BATCH)
      const changes = batch.flatMap((secret) => {
        try {
          const fresh = resealed(secret)
          return fresh === undefined ? [] : [{ id: secret.id, former: secret.sealed, fresh }]
        } catch (error) {
          log.warn({ err: error, place: secret.place }, 'a stored secret cannot be decrypted')
          counts.unreadable++
          return []
        }
      })
      if (changes.length > 0) {
        await database.inTransaction(async (tx) => {
          for (const { id, former, fresh } of changes) await replace(tx, id, former, fresh)
        })
      }
      counts.secrets += changes.length
      if (batch.length < BATCH) break
      afterId = batch.at(-1)?.id ?? afterId
    }
    return counts
  }

  return async (signal) => {
    if (!hasFallbacks) return
    let [secrets, unreadable] = [0, 0]
    for (const one of rows) {
      const counts = await resealAll(one, signal)
      secrets += counts.secrets
      unreadable += counts.unreadable
    }
    if (signal?.aborted === true) return
    if (unreadable === 0) log.info({ secrets }, 'stored secrets are encrypted under the current SECRET_KEY')
    else log.error({ secrets, unreadable }, UNREADABLE)
  }
}
