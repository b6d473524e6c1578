import { sql } from 'kysely'
import { prepared, preparedChange, type Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

/** How many posts one transaction deletes together with the accounts of their authors. */
const MOST_DELETED_AT_ONCE = 100

/**
 * Deletes the posts of accounts that this transaction has deleted, in place of a foreign key. If there are many, the
 * others are invisible from its commit on, because a post is only found together with its author's account.
 * `removePostsOfDeletedAuthors` deletes them in batches.
 */
export async function deletePostsOfAuthors(tx: Transaction, ids: readonly number[], now: number): Promise<void> {
  const { rows } = await sql<{ account_id: number }>`
    insert into deleted_authors (account_id, deleted_at)
    select listed.id, cast(${now} as bigint) from ${idList(tx, ids)} listed
    where exists (select 1 from posts where posts.author_id = listed.id)
    returning account_id`.execute(tx)
  const authors = rows.map(({ account_id }) => account_id)
  await removePosts(tx, authors, MOST_DELETED_AT_ONCE)
}

const removeSome = preparedChange((db, authorId: number, limit: number) =>
  db
    .deleteFrom('posts')
    .where('id', 'in', (posts) =>
      posts.selectFrom('posts').select('id').where('author_id', '=', authorId).orderBy('id').limit(limit),
    ),
)

const deletedAuthors = prepared((db, limit: number) =>
  db.selectFrom('deleted_authors').select('account_id').orderBy('account_id').limit(limit),
)

const forget = preparedChange((db, accountId: number) =>
  db.deleteFrom('deleted_authors').where('account_id', '=', accountId),
)

/**
 * Deletes at most `limit` posts of deleted accounts.
 *
 * @returns how many; fewer than `limit` if none are left
 */
export async function removePostsOfDeletedAuthors(tx: Transaction, limit: number): Promise<number> {
  const authors = await deletedAuthors(tx, limit)
  return removePosts(
    tx,
    authors.map(({ account_id }) => account_id),
    limit,
  )
}

async function removePosts(tx: Transaction, authors: readonly number[], limit: number): Promise<number> {
  let left = limit
  for (const id of authors) {
    left -= await removeSome(tx, id, left)
    if (left === 0) break
    await forget(tx, id)
  }
  return limit - left
}
