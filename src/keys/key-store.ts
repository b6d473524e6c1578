import type { Selectable } from 'kysely'
import type { Queryable, Transaction } from '../storage/prepared.ts'
import type { SigningKeysTable } from '../storage/tables.ts'
import type { JwtAlgorithm } from '../tokens/jwt-key.ts'
import type { SigningKey } from './signing-key.ts'

/** A signing key as it is stored. */
export type StoredKey = SigningKey & {
  /**
   * Undefined if the key was destroyed when it was retired, or for HS256, whose key is SECRET_KEY and is not stored.
   */
  sealedPrivateJwk: string | undefined
}

/** All keys at one moment. `edition` counts the changes to them. */
type StoredRing = { edition: number; keys: StoredKey[] }

const EDITION = 'signing_keys_edition'

/**
 * The keys, oldest first.
 *
 * @param retiredSince leaves out keys that were retired earlier; 0 returns all keys
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
 * The keys that are not retired, and their edition. While a change is under way, the edition may be the previous one: a
 * caller that relies on it may fail, but never overwrites anything.
 */
export async function readRing(db: Queryable): Promise<StoredRing> {
  const row = await db.selectFrom('server_state').select('value').where('name', '=', EDITION).executeTakeFirst()
  return { edition: Number(row?.value ?? 0), keys: await listKeys(db, Number.MAX_SAFE_INTEGER) }
}

/**
 * Claims the right to change the keys, for this transaction. Returns false if they have changed since `edition`. Every
 * change begins with this, so if several processes make the same decision at once, one of them carries it out.
 */
export async function claimRingChange(tx: Transaction, edition: number): Promise<boolean> {
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

/** Stores a new key. If an HS256 key was stored before, because SECRET_KEY had this value before, it starts again. */
export async function insertKey(
  tx: Transaction,
  key: Pick<StoredKey, 'kid' | 'algorithm' | 'createdAt' | 'activatedAt' | 'sealedPrivateJwk'>,
): Promise<void> {
  const times = {
    created_at: key.createdAt,
    activated_at: key.activatedAt ?? null,
    superseded_at: null,
    retires_at: null,
    retired_at: null,
    rotation_asked_at: null,
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

/** Makes a key sign from now on. */
export async function activateKey(tx: Transaction, kid: string, now: number): Promise<void> {
  await tx.updateTable('signing_keys').set({ activated_at: now }).where('kid', '=', kid).execute()
}

/** Records that the next key takes over from this one as soon as every verifier knows it. */
export async function askForRotation(tx: Transaction, kid: string, now: number): Promise<void> {
  await tx.updateTable('signing_keys').set({ rotation_asked_at: now }).where('kid', '=', kid).execute()
}

/** Stops a key from signing. It still verifies until `retiresAt`. */
export async function supersedeKey(tx: Transaction, kid: string, now: number, retiresAt: number): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ superseded_at: now, retires_at: retiresAt })
    .where('kid', '=', kid)
    .execute()
}

/** Retires a key and deletes its private part, permanently. */
export async function retireKey(tx: Transaction, kid: string, now: number): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retired_at: now, sealed_private_jwk: null })
    .where('kid', '=', kid)
    .execute()
}

/** Replaces an encrypted text with its newly encrypted version, unless it was replaced or deleted meanwhile. */
export async function resealKey(tx: Transaction, kid: string, from: string, to: string): Promise<void> {
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
    rotationAskedAt: row.rotation_asked_at ?? undefined,
  }
}
