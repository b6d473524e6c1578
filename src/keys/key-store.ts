import type { Selectable } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import type { SigningKeysTable } from '../storage/tables.ts'
import type { JwtAlgorithm } from '../tokens/jwt-key.ts'
import type { SigningKey } from './signing-key.ts'

/** A signing key as it is stored. */
export type StoredKey = SigningKey & {
  /** Undefined: destroyed when the key was retired, or HS256, whose key is SECRET_KEY and is stored nowhere. */
  sealedPrivateJwk: string | undefined
}

/** The ring as it was at some moment; `edition` counts its changes. */
type StoredRing = { edition: number; keys: StoredKey[] }

const EDITION = 'signing_keys_edition'

/**
 * The keys, oldest first.
 *
 * @param retiredSince leaves out those retired before; 0 to see every key there ever was
 */
export async function listKeys(db: Queryable, retiredSince: number): Promise<StoredKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .selectAll()
    .where((key) => key.or([key('retired_at', 'is', null), key('retired_at', '>=', retiredSince)]))
    .orderBy('created_at')
    .orderBy('kid')
    .execute()
  return rows.map(toKey)
}

/**
 * The keys that are not retired, and the edition they belong to or, if they are being changed, the one before: who
 * decides by it may lose, and never overwrites.
 */
export async function readRing(db: Queryable): Promise<StoredRing> {
  const row = await db.selectFrom('server_state').select('value').where('name', '=', EDITION).executeTakeFirst()
  return { edition: Number(row?.value ?? 0), keys: await listKeys(db, Number.MAX_SAFE_INTEGER) }
}

/**
 * Claims the right to change the ring, for this transaction; false if it was changed since `edition`. Every change
 * begins with this, so that of several processes that came to their decisions at the same time one carries it out.
 */
export async function claimRingChange(tx: Queryable, edition: number): Promise<boolean> {
  const value = String(edition + 1)
  if (edition === 0) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('server_state')
      .values({ name: EDITION, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  }
  const { numUpdatedRows } = await tx
    .updateTable('server_state')
    .set({ value })
    .where('name', '=', EDITION)
    .where('value', '=', String(edition))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Writes a new key. An HS256 key that has been there before, because SECRET_KEY was, begins anew. */
export async function insertKey(
  tx: Queryable,
  key: Pick<StoredKey, 'kid' | 'algorithm' | 'createdAt' | 'activatedAt' | 'sealedPrivateJwk'>,
): Promise<void> {
  const times = {
    created_at: key.createdAt,
    activated_at: key.activatedAt ?? null,
    superseded_at: null,
    retires_at: null,
    retired_at: null,
  }
  await tx
    .insertInto('signing_keys')
    .values({
      kid: key.kid,
      algorithm: key.algorithm,
      sealed_private_jwk: key.sealedPrivateJwk ?? null,
      ...times,
    })
    .onConflict((conflict) => conflict.column('kid').doUpdateSet(times).where('signing_keys.algorithm', '=', 'HS256'))
    .execute()
}

/** Lets a key sign from now on. */
export async function activateKey(tx: Queryable, kid: string, now: number): Promise<void> {
  await tx.updateTable('signing_keys').set({ activated_at: now }).where('kid', '=', kid).execute()
}

/** Lets a key sign no more, and verify until `retiresAt`. */
export async function supersedeKey(tx: Queryable, kid: string, now: number, retiresAt: number): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ superseded_at: now, retires_at: retiresAt })
    .where('kid', '=', kid)
    .execute()
}

/** Ends a key and destroys its private part: nobody can bring it back. */
export async function retireKey(tx: Queryable, kid: string, now: number): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retired_at: now, sealed_private_jwk: null })
    .where('kid', '=', kid)
    .execute()
}

/** Replaces a sealed text by one sealed anew, unless it was replaced or destroyed meanwhile. */
export async function resealKey(tx: Queryable, kid: string, from: string, to: string): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ sealed_private_jwk: to })
    .where('kid', '=', kid)
    .where('sealed_private_jwk', '=', from)
    .execute()
}

function toKey(row: Selectable<SigningKeysTable>): StoredKey {
  return {
    kid: row.kid,
    algorithm: row.algorithm as JwtAlgorithm,
    sealedPrivateJwk: row.sealed_private_jwk ?? undefined,
    createdAt: row.created_at,
    activatedAt: row.activated_at ?? undefined,
    supersededAt: row.superseded_at ?? undefined,
    retiresAt: row.retires_at ?? undefined,
    retiredAt: row.retired_at ?? undefined,
  }
}
