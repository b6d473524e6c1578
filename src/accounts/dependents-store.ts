import { prepared, type Queryable } from '../storage/prepared.ts'

/** How many things would be deleted with an account, by kind. */
export type Dependents = { links: number; mails: number; posts: number }

/**
 * Counts what is deleted together with an account: unused one-time links, the records of mail, and posts. Stops counting
 * each kind at `most`.
 */
export async function countDependents(db: Queryable, accountId: number, most: number): Promise<Dependents> {
  const [row] = await counted(db, accountId, most)
  return { links: Number(row?.links ?? 0), mails: Number(row?.mails ?? 0), posts: Number(row?.posts ?? 0) }
}

const counted = prepared((db, accountId: number, most: number) => {
  const owned = (table: 'one_time_tokens' | 'mail_outbox') =>
    db.selectFrom(table).select('account_id').where('account_id', '=', accountId).limit(most)
  const written = db.selectFrom('posts').select('author_id').where('author_id', '=', accountId).limit(most)
  return db.selectNoFrom(({ selectFrom, fn }) => [
    selectFrom(owned('one_time_tokens').as('found')).select(fn.countAll<number>().as('count')).as('links'),
    selectFrom(owned('mail_outbox').as('found')).select(fn.countAll<number>().as('count')).as('mails'),
    selectFrom(written.as('found')).select(fn.countAll<number>().as('count')).as('posts'),
  ])
})
