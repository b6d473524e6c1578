import { sql } from 'kysely'
import { preparedChange, preparedReturning, type Transaction } from '../storage/prepared.ts'
import { sharedStatement } from '../storage/shared-statement.ts'
import { hasNoRetiredKey } from './retired-key-store.ts'
import type { Session } from './session.ts'

const rotate = preparedChange(
  (db, id: string, generation: number, next: number, now: number, expiresAt: number, kid: string | null) =>
    advance(db, id, generation, next, now, expiresAt, kid),
)

/**
 * The same, and records that a rotated token was presented. It is separate, because SQLite updates the index of a
 * column that is set.
 */
const rotateAndNote = preparedChange(
  (db, id: string, generation: number, next: number, now: number, expiresAt: number, kid: string | null) =>
    advance(db, id, generation, next, now, expiresAt, kid).set({ rotated_token_at: now }),
)

function advance(
  db: Transaction,
  id: string,
  generation: number,
  next: number,
  now: number,
  expiresAt: number,
  kid: string | null,
) {
  return db
    .updateTable('sessions')
    .set({ refresh_generation: next, refreshed_at: now, refresh_expires_at: expiresAt, refresh_kid: kid })
    .where('id', '=', id)
    .where('refresh_generation', '=', generation)
    .where('ended_at', 'is', null)
    .where(hasNoRetiredKey)
}

/** A rotation of the session `id`, if its generation is still the `former` one. */
type Turn = Rotation & { id: string; former: number }

function valuesOf({ id, former, refreshedAt, refreshExpiresAt, refreshKid }: Turn) {
  return [id, former, former + 1, refreshedAt, refreshExpiresAt, refreshKid ?? null] as const
}

const rotateEach = preparedReturning(
  (db, ids: string[], formers: number[], times: number[], expiries: number[], kids: (string | null)[]) =>
    db
      .updateTable('sessions')
      .from(
        sql<{ id: string; former: number; refreshed_at: number; refresh_expires_at: number; refresh_kid: string }>`
          unnest(cast(${ids} as text[]), cast(${formers} as bigint[]), cast(${times} as bigint[]),
            cast(${expiries} as bigint[]), cast(${kids} as text[]))`.as<'turn'>(
          sql`turn (id, former, refreshed_at, refresh_expires_at, refresh_kid)`,
        ),
      )
      .set((row) => ({
        refresh_generation: sql<number>`turn.former + 1`,
        refreshed_at: row.ref('turn.refreshed_at'),
        refresh_expires_at: row.ref('turn.refresh_expires_at'),
        refresh_kid: row.ref('turn.refresh_kid'),
      }))
      .whereRef('sessions.id', '=', 'turn.id')
      .whereRef('sessions.refresh_generation', '=', 'turn.former')
      .where('sessions.ended_at', 'is', null)
      .where(hasNoRetiredKey)
      .returning(['turn.id', 'turn.former']),
)

/** True if this rotation was made. If several are equal, one is made. */
const rotateShared = sharedStatement({
  one: async (db: Transaction, turn: Turn) => (await rotate(db, ...valuesOf(turn))) === 1,
  async many(db, turns) {
    // Of equal rotations, only the first is sent: PostgreSQL would take the values of any of them.
    const firsts = new Map<string, Turn>()
    for (const turn of turns) if (!firsts.has(keyOf(turn))) firsts.set(keyOf(turn), turn)
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
    return turns.map((turn) => firsts.get(keyOf(turn)) === turn && made.has(keyOf(turn)))
  },
})

function keyOf({ id, former }: Pick<Turn, 'id' | 'former'>): string {
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
  const turn = { id, former, ...rotation }
  const hasWon = isRotatedToken ? (await rotateAndNote(db, ...valuesOf(turn))) === 1 : await rotateShared(db, turn)
  return hasWon ? { ...session, ...rotation, refreshGeneration: former + 1 } : undefined
}
