import { prepared, type Queryable, type Transaction } from '../storage/prepared.ts'
import { phoneKey } from './names/phone-number.ts'

const byKey = prepared((db, key: string, exceptId: number) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('phone_key', '=', key)
    .where('id', '!=', exceptId)
    .orderBy('id')
    .limit(1),
)

/** Whether another account has a number of this key. See `phoneKey`. */
export async function isPhoneOfAnother(db: Queryable, key: string, exceptId: number): Promise<boolean> {
  return key !== '' && (await byKey(db, key, exceptId)).length > 0
}

const REGION = 'phone_region'

/** How many numbers are read at a time when their keys are derived. */
const BATCH = 500

/**
 * Sets the region by which numbers without a country code are understood, and computes the missing keys of numbers: all
 * of them if the region has changed. Runs in the caller's transaction.
 */
export async function applyPhoneRegion(tx: Transaction, region: string | undefined): Promise<void> {
  const value = region ?? 'none'
  const stored = await tx.selectFrom('server_state').select('value').where('name', '=', REGION).executeTakeFirst()
  if (stored?.value !== value) {
    await tx.updateTable('accounts').set({ phone_key: null }).where('phone_number', '!=', '').execute()
    await tx
      .insertInto('server_state')
      .values({ name: REGION, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
  }
  for (;;) {
    const accounts = await tx
      .selectFrom('accounts')
      .select(['id', 'phone_number'])
      .where('phone_key', 'is', null)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const { id, phone_number } of accounts) {
      const key = phoneKey(phone_number, region) ?? ''
      await tx.updateTable('accounts').set({ phone_key: key }).where('id', '=', id).execute()
    }
    if (accounts.length < BATCH) return
  }
}
