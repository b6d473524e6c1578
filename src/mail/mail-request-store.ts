import { prepared, preparedChange, type Queryable } from '../storage/prepared.ts'

/** Somebody asked for mail of one purpose; which accounts that means is found out later. */
export type MailRequest = {
  id: number
  purpose: string
  /** Of the address that was typed; empty if it cannot be anybody's. */
  emailKey: string
  /** The one account that is meant; undefined: all that have the address. */
  accountId: number | undefined
}

const insert = preparedChange(
  (db, purpose: string, email_key: string, account_id: number | null, requested_at: number) =>
    db.insertInto('mail_requests').values({ purpose, email_key, account_id, requested_at }),
)

/** Writes down that mail was asked for: the same work whether anybody has that address or not. */
export async function requestMail(db: Queryable, request: Omit<MailRequest, 'id'>, now: number): Promise<void> {
  await insert(db, request.purpose, request.emailKey, request.accountId ?? null, now)
}

const oldest = prepared((db, limit: number) => db.selectFrom('mail_requests').selectAll().orderBy('id').limit(limit))

/** Requests that are not answered yet, the oldest first. */
export async function listMailRequests(db: Queryable, limit: number): Promise<MailRequest[]> {
  return (await oldest(db, limit)).map(({ id, purpose, email_key, account_id }) => ({
    id,
    purpose,
    emailKey: email_key,
    accountId: account_id ?? undefined,
  }))
}

const take = preparedChange((db, id: number) => db.deleteFrom('mail_requests').where('id', '=', id))

/** Takes a request to answer it, in the same transaction. Of several processes one gets it. */
export async function takeMailRequest(tx: Queryable, id: number): Promise<boolean> {
  return (await take(tx, id)) === 1
}
