import { sha256 } from '../platform/digest.ts'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'

/** A device on which its owner is not asked for a second factor. Only a digest of its token is stored. */
export type TrustedDevice = {
  id: string
  accountId: number
  createdAt: number
  expiresAt: number
  address: string
  userAgent: string
}

type DeviceOwner = { id: number; credentialsVersion: number }

const find = prepared((db, digest: string, accountId: number, version: number, now: number) =>
  db
    .selectFrom('trusted_devices')
    .select('id')
    .where('digest', '=', digest)
    .where('account_id', '=', accountId)
    .where('credentials_version', '=', version)
    .where('expires_at', '>', now),
)

/**
 * Whether this token was given to a device of this account, and neither the password nor the factors have changed
 * since.
 */
export async function isTrustedDevice(
  db: Queryable,
  owner: DeviceOwner,
  presented: string,
  now: number,
): Promise<boolean> {
  const [row] = await find(db, sha256(presented), owner.id, owner.credentialsVersion, now)
  return row !== undefined
}

/** How many devices an account can trust. A further one takes the place of the oldest. */
const MOST_TRUSTED = 100

const forgetOldest = preparedChange((db, accountId: number) =>
  db
    .deleteFrom('trusted_devices')
    .where('account_id', '=', accountId)
    .where('id', 'in', (devices) =>
      devices
        .selectFrom('trusted_devices')
        .select('id')
        .where('account_id', '=', accountId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(50)
        .offset(MOST_TRUSTED),
    ),
)

/** Stores a trusted device. Nobody can make an account store ever more of them. */
export async function keepTrustedDevice(
  db: Transaction,
  device: TrustedDevice & { digest: string; credentialsVersion: number },
): Promise<void> {
  await db
    .insertInto('trusted_devices')
    .values({
      id: device.id,
      account_id: device.accountId,
      digest: device.digest,
      credentials_version: device.credentialsVersion,
      created_at: device.createdAt,
      expires_at: device.expiresAt,
      address: device.address,
      user_agent: device.userAgent,
    })
    .execute()
  await forgetOldest(db, device.accountId)
}

/** The trusted devices of an account that are still trusted, newest first. */
export async function listTrustedDevices(db: Queryable, owner: DeviceOwner, now: number): Promise<TrustedDevice[]> {
  const rows = await db
    .selectFrom('trusted_devices')
    .selectAll()
    .where('account_id', '=', owner.id)
    .where('credentials_version', '=', owner.credentialsVersion)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    address: row.address,
    userAgent: row.user_agent,
  }))
}

/** Stops trusting a device of an account. False if it has no such device. */
export async function removeTrustedDevice(db: Transaction, accountId: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('trusted_devices')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** Stops trusting all devices of an account. @returns how many */
export async function removeTrustedDevices(db: Transaction, accountId: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('trusted_devices')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes devices whose trust expired before `before`, at most `limit` of them. @returns how many */
export async function pruneTrustedDevices(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('trusted_devices')
    .where('id', 'in', (devices) =>
      devices.selectFrom('trusted_devices').select('id').where('expires_at', '<', before).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
