import { sql } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'

/** A request for mail for one purpose. Which accounts it concerns is determined later. */
export type MailRequest = {
  id: number
  purpose: string
  /** The key of the typed address; empty if no account can have it. */
  emailKey: string
  /** The one account it is for; undefined: all accounts with the address. */
  accountId: number | undefined
}

const insert = preparedChange(
  (db, purpose: string, email_key: string, account_id: number | null, requested_at: number) =>
    db.insertInto('mail_requests').values({ purpose, email_key, account_id, requested_at }),
)

/** Stores a request for mail: the same work whether or not any account has that address. */
export async function requestMail(db: Transaction, request: Omit<MailRequest, 'id'>, now: number): Promise<void> {
  await insert(db, request.purpose, request.emailKey, request.accountId ?? null, now)
}

/** Stores a request for mail to each of these accounts. */
export async function requestMailOfEach(
  tx: Transaction,
  purpose: string,
  accountIds: readonly number[],
  now: number,
): Promise<void> {
  if (accountIds.length === 0) return
  const rows = accountIds.map((account_id) => ({ purpose, email_key: '', account_id, requested_at: now }))
  const values = recordset(tx, rows, {
    purpose: 'text',
    email_key: 'text',
    account_id: 'bigint',
    requested_at: 'bigint',
  })
  await sql`insert into mail_requests (purpose, email_key, account_id, requested_at)
    select purpose, email_key, account_id, requested_at from ${values} r where true`.execute(tx)
}

const oldest = prepared((db, limit: number) => db.selectFrom('mail_requests').selectAll().orderBy('id').limit(limit))

/** Open requests, oldest first. */
export async function listMailRequests(db: Queryable, limit: number): Promise<MailRequest[]> {
  return (await oldest(db, limit)).map(({ id, purpose, email_key, account_id }) => ({
    id,
    purpose,
    emailKey: email_key,
    accountId: account_id ?? undefined,
  }))
}

const take = preparedChange((db, id: number) => db.deleteFrom('mail_requests').where('id', '=', id))

/** Claims a request, in the same transaction that answers it. Only one process gets it. */
export async function takeMailRequest(tx: Transaction, id: number): Promise<boolean> {
  return (await take(tx, id)) === 1
}
