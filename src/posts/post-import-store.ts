import { sql } from 'kysely'
import { isPostgres, preparedChange, type Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'
import { hasAuthor } from './post-store.ts'

/** A post from elsewhere, as a row. Null: the database draws an id. */
type ImportedPost = {
  id: number | null
  author_id: number
  title: string
  content: string
  created_at: number
  updated_at: number
}

/** Inserts one post, under its id if that is free. @returns its id; undefined if its author's account is gone */
export async function insertPost(tx: Transaction, post: ImportedPost): Promise<number | undefined> {
  const { id, ...rest } = post
  const columns = {
    author_id: 'bigint',
    title: 'text',
    content: 'text',
    created_at: 'bigint',
    updated_at: 'bigint',
  } as const
  // As a foreign key would: whoever deletes the account waits for this post, and deletes it too.
  const lock = isPostgres(tx) ? sql`for key share of accounts` : sql``
  if (id !== null) {
    const values = recordset(tx, [post], { id: 'bigint', ...columns })
    const { rows } = await sql<{ id: number }>`
      insert into posts (id, author_id, title, content, created_at, updated_at)
      select r.id, r.author_id, r.title, r.content, r.created_at, r.updated_at
      from ${values} r join accounts on accounts.id = r.author_id where true ${lock}
      on conflict do nothing returning id`.execute(tx)
    const [inserted] = rows
    if (inserted !== undefined) return inserted.id
  }
  const values = recordset(tx, [rest], columns)
  const { rows } = await sql<{ id: number }>`
    insert into posts (author_id, title, content, created_at, updated_at)
    select r.author_id, r.title, r.content, r.created_at, r.updated_at
    from ${values} r join accounts on accounts.id = r.author_id where true ${lock}
    returning id`.execute(tx)
  return rows[0]?.id
}

/** Makes new posts get ids above those that were given. */
export async function keepNewPostIdsAbove(tx: Transaction, id: number): Promise<void> {
  if (!isPostgres(tx)) return
  await sql`select setval(pg_get_serial_sequence('posts', 'id'), greatest(${sql.lit(id)}, nextval(pg_get_serial_sequence('posts', 'id'))))`.execute(
    tx,
  )
}

const rewrite = preparedChange((db, id: number, title: string, content: string, updatedAt: number, before: number) =>
  db
    .updateTable('posts')
    .set({ title, content, updated_at: updatedAt })
    .where('id', '=', id)
    .where('updated_at', '<=', before)
    .where(hasAuthor),
)

/** Replaces a post by a later version of it. False if it is gone, or was changed here after that version. */
export async function rewriteImportedPost(
  tx: Transaction,
  id: number,
  { title, content, updated_at }: Pick<ImportedPost, 'title' | 'content' | 'updated_at'>,
): Promise<boolean> {
  return (await rewrite(tx, id, title, content, updated_at, updated_at)) === 1
}
