import { sha256 } from '../platform/digest.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'

/** Identifies a device, as far as that is possible. */
type DeviceTrace = {
  /** The address, or the network it belongs to, but not every address of a household. */
  network: string
  userAgent: string
}

const upsert = preparedReturning(
  (db, account_id: number, device_key: string, first_seen_at: number, last_seen_at: number) =>
    db
      .insertInto('known_devices')
      .values({ account_id, device_key, first_seen_at, last_seen_at })
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'device_key']).doUpdateSet((row) => ({
          last_seen_at: row.ref('excluded.last_seen_at'),
        })),
      )
      .returning('first_seen_at'),
)
const another = prepared((db, accountId: number, key: string) =>
  db
    .selectFrom('known_devices')
    .select('device_key')
    .where('account_id', '=', accountId)
    .where('device_key', '!=', key)
    .limit(1),
)

/** Whether a device is new to an account. `first`: it is the first one ever seen, so there is nothing to warn about. */
export type DeviceNovelty = 'known' | 'first' | 'new'

/** Records that an account is used from a device. Returns whether the device is new. */
export async function noteDevice(
  tx: Transaction,
  accountId: number,
  trace: DeviceTrace,
  now: number,
): Promise<DeviceNovelty> {
  const key = deviceKey(trace)
  const [row] = await upsert(tx, accountId, key, now, now)
  if (row?.first_seen_at !== now) return 'known'
  return (await another(tx, accountId, key)).length === 0 ? 'first' : 'new'
}

/** How many devices of an account are stored. Others count as new when they return. */
const MOST_DEVICES = 500

const forgetOldest = preparedChange((db, accountId: number) =>
  db
    .deleteFrom('known_devices')
    .where('account_id', '=', accountId)
    .where('device_key', 'in', (devices) =>
      devices
        .selectFrom('known_devices')
        .select('device_key')
        .where('account_id', '=', accountId)
        .orderBy('last_seen_at', 'desc')
        .limit(50)
        .offset(MOST_DEVICES),
    ),
)

/**
 * Forgets the devices of an account that have not been seen for longest, so that nobody can make it store ever more of
 * them.
 */
export async function forgetOldestDevices(tx: Transaction, accountId: number): Promise<void> {
  await forgetOldest(tx, accountId)
}

/** When an account was first and last used from a device. */
export type DeviceTimes = { key: string; firstSeenAt: number; lastSeenAt: number }

/** The devices of an account, at most `limit` of them, in the order of their keys, starting after `afterKey`. */
export async function listDeviceTimes(
  db: Queryable,
  accountId: number,
  afterKey: string | undefined,
  limit: number,
): Promise<DeviceTimes[]> {
  return db
    .selectFrom('known_devices')
    .select(['device_key as key', 'first_seen_at as firstSeenAt', 'last_seen_at as lastSeenAt'])
    .where('account_id', '=', accountId)
    .where('device_key', '>', afterKey ?? '')
    .orderBy('device_key')
    .limit(limit)
    .execute()
}

/**
 * Deletes devices last seen before `before`, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneDevices(db: Transaction, before: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom('known_devices')
    .select(['account_id', 'device_key'])
    .where('last_seen_at', '<', before)
    .orderBy('last_seen_at')
    .limit(limit)
    .execute()
  for (const { account_id, device_key } of old) {
    await db
      .deleteFrom('known_devices')
      .where('account_id', '=', account_id)
      .where('device_key', '=', device_key)
      .where('last_seen_at', '<', before)
      .execute()
  }
  return old.length
}

/** The key that a device is stored under. */
export function deviceKey({ network, userAgent }: DeviceTrace): string {
  return sha256(`${network}\n${userAgent}`)
}
