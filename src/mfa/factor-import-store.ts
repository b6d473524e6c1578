import type { Transaction } from '../storage/prepared.ts'
import { type HeldFactor, isFactorType } from './factor.ts'
import { toFactor } from './factor-store.ts'
import type { PortableDevice, PortableFactor } from './portable-factor.ts'

/** The facts to store for a factor in addition to those in its export. */
type Stored = { accountId: number; data: string; lookupKey: string | undefined; userHandle: string | undefined }

/**
 * Stores a factor that was enrolled elsewhere, under its own id.
 *
 * @returns false if another factor here has its id or its passkey
 */
export async function insertFactor(
  tx: Transaction,
  { id, name, createdAt, lastUsedAt, removesAt, proof }: PortableFactor,
  { accountId, data, lookupKey, userHandle }: Stored,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('factors')
    .values({
      id,
      account_id: accountId,
      type: proof.type,
      name,
      created_at: createdAt,
      confirmed_at: createdAt,
      last_used_at: lastUsedAt ?? null,
      version: 1,
      lookup_key: lookupKey ?? null,
      data,
      removes_at: removesAt ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) return false
  if (userHandle !== undefined) {
    // Later passkeys of the account belong to the same handle. If the account already has a handle here, it stays.
    await tx
      .insertInto('factor_holders')
      .values({ account_id: accountId, user_handle: userHandle, required_since: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return true
}

/** A factor by its id, whosever it is. */
export async function findFactor(tx: Transaction, id: string): Promise<HeldFactor | undefined> {
  const rows = await tx.selectFrom('factors').selectAll().where('id', '=', id).execute()
  return rows.filter(({ type }) => isFactorType(type)).flatMap(toFactor)[0]
}

/**
 * Replaces the data of a factor with its data elsewhere. The version increases, so that a running proof does not count.
 */
export async function rewriteFactor(
  tx: Transaction,
  { id, version }: Pick<HeldFactor, 'id' | 'version'>,
  { name, lastUsedAt, removesAt }: PortableFactor,
  data: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('factors')
    .set({ name, data, last_used_at: lastUsedAt ?? null, removes_at: removesAt ?? null, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Stores a device that is trusted elsewhere. False if a device here has its id or its token. */
export async function insertTrustedDevice(
  tx: Transaction,
  { id, digest, createdAt, expiresAt, address, userAgent }: PortableDevice,
  owner: { id: number; credentialsVersion: number },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('trusted_devices')
    .values({
      id,
      account_id: owner.id,
      digest,
      credentials_version: owner.credentialsVersion,
      created_at: createdAt,
      expires_at: expiresAt,
      address,
      user_agent: userAgent,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}
