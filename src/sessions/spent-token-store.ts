import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'

/**
 * The record of a foreign refresh token that nobody may use: an ended session with the id that such a token gets here.
 */
type SpentToken = { id: string; account_id: number; until: number }

/**
 * Stores that refresh tokens of another server have been used up. If a session here began with one, it stays as it is.
 *
 * @returns the ids that were new
 */
export async function insertSpentTokens(
  tx: Transaction,
  tokens: readonly SpentToken[],
  now: number,
): Promise<Set<string>> {
  if (tokens.length === 0) return new Set()
  const values = recordset(tx, tokens, { id: 'text', account_id: 'bigint', until: 'bigint' })
  const { rows } = await sql<{ id: string }>`
    insert into sessions (id, account_id, created_at, refresh_seed, refresh_generation, refreshed_at,
      refresh_expires_at, prune_check_at, ended_at, end_reason, address, user_agent, amr)
    select r.id, r.account_id, ${sql.lit(now)}, '', 0, ${sql.lit(now)}, r.until, r.until, ${sql.lit(now)}, 'logout', '', '', ''
    from ${values} r where true
    on conflict do nothing
    returning id`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
