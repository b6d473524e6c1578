import { idType, type Migration, neverReusedId, required } from './migration.ts'

/** Records of what was imported from other systems, so that a second import can tell what has changed since. */
export const imports: Migration = {
  name: '0018-imports',
  async up(db, kind) {
    await db.schema
      .createTable('imported_rows')
      .addColumn('id', idType(kind), neverReusedId(kind))
      .addColumn('source', 'text', required)
      .addColumn('kind', 'text', required)
      .addColumn('key', 'text', required)
      .addColumn('local_id', 'bigint', required)
      .addColumn('fingerprint', 'text', required)
      .execute()
    await db.schema
      .createIndex('imported_rows_by_key')
      .unique()
      .on('imported_rows')
      .columns(['source', 'kind', 'key'])
      .execute()
  },
}
