import { sql } from 'kysely'
import { preparedChange, preparedReturning, type Transaction } from '../storage/prepared.ts'
import { sharedStatement } from '../storage/shared-statement.ts'
import { hasNoRetiredKey } from './retired-key-store.ts'
import type { Session } from './session.ts'

const rotate = preparedChange(
  (db, next: number, now: number, expiresAt: number, kid: string | null, id: string, generation: number) =>
    advance(db, next, now, expiresAt, kid, id, generation),
)

/**
 * The same, and records that a rotated token was presented. It is separate, because SQLite updates the index of a
 * column that is set.
 */
const rotateAndNote = preparedChange(
  (db, next: number, now: number, expiresAt: number, kid: string | null, id: string, generation: number) =>
    advance(db, next, now, expiresAt, kid, id, generation).set({ rotated_token_at: now }),
)

function advance(
  db: Transaction,
  next: number,
  now: number,
  expiresAt: number,
  kid: string | null,
  id: string,
  generation: number,
) {
  return db
    .updateTable('sessions')
    .set({ refresh_generation: next, refreshed_at: now, refresh_expires_at: expiresAt, refresh_kid: kid })
    .where('id', '=', id)
    .where('refresh_generation', '=', generation)
    .where('ended_at', 'is', null)
    .where(hasNoRetiredKey)
}

/** A rotation of the session `id`, which is made only if the session's generation is still `former`. */
type Step = Rotation & { id: string; former: number }

function valuesOf({ id, former, refreshedAt, refreshExpiresAt, refreshKid }: Step) {
  return [former + 1, refreshedAt, refreshExpiresAt, refreshKid ?? null, id, former] as const
}

const rotateEach = preparedReturning(
  (db, ids: string[], formers: number[], times: number[], expiries: number[], kids: (string | null)[]) =>
    db
      .updateTable('sessions')
      .from(
        sql<{ id: string; former: number; refreshed_at: number; refresh_expires_at: number; refresh_kid: string }>`
          unnest(cast(${ids} as text[]), cast(${formers} as bigint[]), cast(${times} as bigint[]),
            cast(${expiries} as bigint[]), cast(${kids} as text[]))`.as<'step'>(
          sql`step (id, former, refreshed_at, refresh_expires_at, refresh_kid)`,
        ),
      )
      .set((row) => ({
        refresh_generation: sql<number>`step.former + 1`,
        refreshed_at: row.ref('step.refreshed_at'),
        refresh_expires_at: row.ref('step.refresh_expires_at'),
        refresh_kid: row.ref('step.refresh_kid'),
      }))
      .whereRef('sessions.id', '=', 'step.id')
      .whereRef('sessions.refresh_generation', '=', 'step.former')
      .where('sessions.ended_at', 'is', null)
      .where(hasNoRetiredKey)
      .returning(['step.id', 'step.former']),
)

/** True if this rotation was made. If several requests ask for the same one, it is made for one of them. */
const rotateShared = sharedStatement({
  one: (db: Transaction, step: Step) => rotate(db, ...valuesOf(step)).then((changed) => changed === 1),
  async many(db, steps) {
    // Of equal rotations, only the first is sent: PostgreSQL would take the values of any of them.
    const firsts = new Map<string, Step>()
    for (const step of steps) if (!firsts.has(keyOf(step))) firsts.set(keyOf(step), step)
    const sent = [...firsts.values()]
    const rows = await rotateEach(
      db,
      sent.map(({ id }) => id),
      sent.map(({ former }) => former),
      sent.map(({ refreshedAt }) => refreshedAt),
      sent.map(({ refreshExpiresAt }) => refreshExpiresAt),
      sent.map(({ refreshKid }) => refreshKid ?? null),
    )
    const made = new Set(rows.map(({ id, former }) => keyOf({ id, former })))
    return steps.map((step) => firsts.get(keyOf(step)) === step && made.has(keyOf(step)))
  },
})

function keyOf({ id, former }: Pick<Step, 'id' | 'former'>): string {
  return `${former} ${id}`
}

/** The changes to a session when it is rotated. */
type Rotation = Pick<Session, 'refreshedAt' | 'refreshExpiresAt' | 'refreshKid'>

/**
 * Makes the next refresh token the current one, unless somebody else has rotated or ended the session since it was
 * read.
 *
 * @param isRotatedToken whether it is done for a token that had been rotated before, which is noted
 * @returns the session as it is now, or undefined if the race was lost
 */
export async function rotateSession(
  db: Transaction,
  session: Session,
  rotation: Rotation,
  isRotatedToken: boolean,
): Promise<Session | undefined> {
  const { id, refreshGeneration: former } = session
  const { refreshedAt, refreshExpiresAt, refreshKid } = rotation
  const step = { id, former, refreshedAt, refreshExpiresAt, refreshKid }
  const hasWon = isRotatedToken ? (await rotateAndNote(db, ...valuesOf(step))) === 1 : await rotateShared(db, step)
  if (!hasWon) return undefined
  return { ...session, refreshedAt, refreshExpiresAt, refreshKid, refreshGeneration: former + 1 }
}
