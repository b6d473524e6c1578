import type { Queryable } from '../storage/prepared.ts'

/** How many things would be deleted with an account, by kind. */
export type Dependents = { sessions: number; links: number; mails: number; posts: number }

/**
 * Counts what is deleted or ended together with an account: sessions that nobody has ended, unused one-time links, the
 * records of mail, and posts. Stops counting each kind at `most`.
 */
export async function countDependents(db: Queryable, accountId: number, most: number): Promise<Dependents> {
  const countOf = (table: 'sessions' | 'one_time_tokens' | 'mail_outbox') =>
    db.selectFrom(table).select('account_id').where('account_id', '=', accountId).limit(most)
  const [sessions, links, mails, posts] = await Promise.all([
    countOf('sessions').where('ended_at', 'is', null).execute(),
    countOf('one_time_tokens').execute(),
    countOf('mail_outbox').execute(),
    db.selectFrom('posts').select('author_id').where('author_id', '=', accountId).limit(most).execute(),
  ])
  return { sessions: sessions.length, links: links.length, mails: mails.length, posts: posts.length }
}
