import { idType, type Migration, neverReusedId, required } from './migration.ts'

/** Groups, permissions, and your own profile fields. */
export const groups: Migration = {
  name: '0004-groups',
  async up(db, kind) {
    await db.schema
      .createTable('groups')
      .addColumn('id', idType(kind), neverReusedId(kind))
      .addColumn('name', 'text', required)
      .addColumn('name_key', 'text', (column) => column.notNull().unique())
      .addColumn('description', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .execute()

    await db.schema
      .createTable('group_permissions')
      .addColumn('group_id', 'bigint', (column) => column.notNull().references('groups.id').onDelete('cascade'))
      .addColumn('permission', 'text', required)
      .addPrimaryKeyConstraint('group_permissions_key', ['group_id', 'permission'])
      .execute()

    await db.schema
      .createTable('account_groups')
      .addColumn('account_id', 'bigint', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('group_id', 'bigint', (column) => column.notNull().references('groups.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('account_groups_key', ['account_id', 'group_id'])
      .execute()
    await db.schema
      .createIndex('account_groups_by_group')
      .on('account_groups')
      .columns(['group_id', 'account_id'])
      .execute()

    await db.schema
      .createTable('account_permissions')
      .addColumn('account_id', 'bigint', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('permission', 'text', required)
      .addPrimaryKeyConstraint('account_permissions_key', ['account_id', 'permission'])
      .execute()

    await db.schema
      .alterTable('accounts')
      .addColumn('profile', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
    // For lists in the order of creation.
    await db.schema.createIndex('accounts_by_creation').on('accounts').columns(['created_at', 'id']).execute()
  },
}
