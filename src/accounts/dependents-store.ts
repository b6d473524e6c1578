import type { Queryable } from '../storage/prepared.ts'

/** How many things would be deleted with an account, by kind. */
export type Dependents = { links: number; mails: number; posts: number }

/**
 * Counts what is deleted together with an account: unused one-time links, the records of mail, and posts. Stops counting
 * each kind at `most`.
 */
export async function countDependents(db: Queryable, accountId: number, most: number): Promise<Dependents> {
  const countOf = (table: 'one_time_tokens' | 'mail_outbox') =>
    db.selectFrom(table).select('account_id').where('account_id', '=', accountId).limit(most)
  const [links, mails, posts] = await Promise.all([
    countOf('one_time_tokens').execute(),
    countOf('mail_outbox').execute(),
    db.selectFrom('posts').select('author_id').where('author_id', '=', accountId).limit(most).execute(),
  ])
  return { links: links.length, mails: mails.length, posts: posts.length }
}
