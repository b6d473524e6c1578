import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'
import type { FactorsTable } from '../storage/tables/factor-tables.ts'
import type { FactorType, HeldFactor } from './factor.ts'
import { toFactor } from './factor-store.ts'
import type { PortableDevice } from './portable-factor.ts'

/** The second factors and trusted devices of an account. */
type AccountProofs = { factors: HeldFactor[]; devices: PortableDevice[] }

/**
 * The confirmed factors and the trusted devices of accounts, by id, in the order of their ids. Devices that a change of
 * the password or of the factors has invalidated are left out. Two statements for any number of accounts.
 */
export async function findProofs(
  db: Queryable,
  accountIds: readonly number[],
  now: number,
): Promise<Map<number, AccountProofs>> {
  const found = new Map<number, AccountProofs>(accountIds.map((id) => [id, { factors: [], devices: [] }]))
  const wanted = recordset(
    db,
    accountIds.map((id) => ({ id })),
    { id: 'bigint' },
  )
  const factors = await sql<Selectable<FactorsTable>>`select f.* from ${wanted} r cross join factors f
    where f.account_id = r.id and f.confirmed_at is not null order by f.id`.execute(db)
  const devices = await sql<DeviceRow>`select d.* from ${wanted} r cross join trusted_devices d cross join accounts a
    where d.account_id = r.id and a.id = r.id and d.credentials_version = a.credentials_version and d.expires_at > ${now}
    order by d.id`.execute(db)
  for (const factor of factors.rows.flatMap(toFactor)) found.get(factor.accountId)?.factors.push(factor)
  for (const row of devices.rows) {
    const { id, digest, address } = row
    const device = {
      id,
      digest,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      address,
      userAgent: row.user_agent,
    }
    found.get(row.account_id)?.devices.push(device)
  }
  return found
}

/** How many accounts have a confirmed factor of one of these types. */
export async function countAccountsWithFactors(db: Queryable, types: readonly FactorType[]): Promise<number> {
  const row = await db
    .selectFrom('factors')
    .select((one) => one.fn.count<number>('account_id').distinct().as('count'))
    .where('type', 'in', types)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

type DeviceRow = {
  id: string
  account_id: number
  digest: string
  created_at: number
  expires_at: number
  address: string
  user_agent: string
}
