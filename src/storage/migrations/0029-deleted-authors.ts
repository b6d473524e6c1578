import { sql } from 'kysely'
import { idType, type Migration, neverReusedId, required } from './migration.ts'

/**
 * Posts outlive their deleted author's account until they are deleted in batches, so they no longer have a foreign key.
 * Also the index for the list of the newest posts.
 */
export const deletedAuthors: Migration = {
  name: '0029-deleted-authors',
  async up(db, kind) {
    await db.schema
      .createTable('deleted_authors')
      .addColumn('account_id', idType(kind), (column) => column.primaryKey())
      .addColumn('deleted_at', 'bigint', required)
      .execute()
    if (kind === 'postgres') {
      await db.schema.alterTable('posts').dropConstraint('posts_author_id_fkey').execute()
    } else {
      // SQLite cannot drop a foreign key.
      await db.schema
        .createTable('posts_without_key')
        .addColumn('id', idType(kind), neverReusedId(kind))
        .addColumn('author_id', 'bigint', required)
        .addColumn('title', 'text', required)
        .addColumn('content', 'text', required)
        .addColumn('created_at', 'bigint', required)
        .addColumn('updated_at', 'bigint', required)
        .execute()
      await sql`insert into posts_without_key (id, author_id, title, content, created_at, updated_at)
        select id, author_id, title, content, created_at, updated_at from posts`.execute(db)
      // The largest id that was ever given, even if its post is gone.
      await sql`delete from sqlite_sequence where name = 'posts_without_key'`.execute(db)
      await sql`insert into sqlite_sequence (name, seq)
        select 'posts_without_key', seq from sqlite_sequence where name = 'posts'`.execute(db)
      await db.schema.dropTable('posts').execute()
      await db.schema.alterTable('posts_without_key').renameTo('posts').execute()
      await db.schema.createIndex('posts_by_author').on('posts').column('author_id').execute()
    }
    await db.schema.createIndex('posts_by_creation').on('posts').columns(['created_at', 'id']).execute()
  },
}
