import { type SqlBool, sql } from 'kysely'
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

// An import may have just created an account with this id: its posts stay.
const removeSome = preparedChange((db, authorId: number, limit: number) =>
  db
    .deleteFrom('posts')
    .where('id', 'in', (posts) =>
      posts.selectFrom('posts').select('id').where('author_id', '=', authorId).orderBy('id').limit(limit),
    )
    .where(sql<SqlBool>`not exists (select 1 from accounts where accounts.id = posts.author_id)`),
)

const deletedAuthors = prepared((db, limit: number) =>
  db.selectFrom('deleted_authors').select('account_id').orderBy('account_id').limit(limit),
)

const forget = preparedChange((db, accountId: number) =>
  db.deleteFrom('deleted_authors').where('account_id', '=', accountId),
)

/**
 * Deletes all posts that deleted accounts with these ids have left. Call it before an import gives an id to a new account:
 * otherwise they would be its posts.
 */
export async function removePostsOfFormerOwners(tx: Transaction, ids: readonly number[]): Promise<void> {
  const { rows } = await sql<{ account_id: number }>`
    delete from deleted_authors where account_id in ${idList(tx, ids)} returning account_id`.execute(tx)
  if (rows.length === 0) return
  const left = idList(
    tx,
    rows.map(({ account_id }) => account_id),
  )
  await sql`delete from posts where author_id in ${left}`.execute(tx)
}

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
