import { type ForeignDatabase, ForeignDatabaseError } from '../../storage/foreign/foreign-database.ts'
import { type ForeignWriter, openForeignWriter } from '../../storage/foreign/foreign-writer.ts'
import { openForeignDatabase } from '../../storage/foreign/open-foreign-database.ts'
import type { ForeignAccount, ForeignGroup } from '../foreign-system.ts'
import { createEmailAddressWriter, hasEmailAddresses } from './email-addresses.ts'
import { hasUserTable } from './find-user-table.ts'
import { completeMapping, type FullMapping, namedTable } from './guess-mapping.ts'
import type { Mapping } from './mapping.ts'
import { profileTypesOf } from './profile-value.ts'
import { readGroups } from './read-groups.ts'
import { accountReader } from './read-user.ts'
import { keyCondition, userQuery } from './user-query.ts'
import { createJoinedWriter } from './write-joined.ts'
import { createRightsWriter, type RightsWriter } from './write-rights.ts'
import { ALL_PARTS, createUserWriter, type UserWriter, type WrittenPart } from './write-user.ts'

/** The user table of a Django project, to write accounts into. */
export type DjangoTarget = {
  description: string
  mapping: FullMapping
  fields: Pick<UserWriter, 'has' | 'hasProfile' | 'isKey'>
  /** Undefined: the project has no groups, or the mapping leaves them out. */
  rights: Pick<RightsWriter, 'groups' | 'hasPermission' | 'addGroup'> | undefined
  /** The users with these keys, by key. Texts that cannot be keys of the table are skipped. */
  find(keys: readonly string[]): Promise<Map<string, ForeignAccount>>
  /** @throws ForeignRefusal */
  insert(account: ForeignAccount, now: number): Promise<void>
  /** @throws ForeignRefusal */
  update(
    account: ForeignAccount,
    parts: ReadonlySet<WrittenPart>,
    before: Pick<ForeignAccount, 'groups' | 'permissions'>,
    now: number,
  ): Promise<void>
  /** Call it after rows were inserted. */
  finish(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the database for writing. The mapping is that of the import, used in the other direction.
 *
 * @throws ForeignDatabaseError, ForeignSystemError
 */
export async function openDjangoTarget(options: {
  to: string
  schema?: string | undefined
  mapping?: Mapping | undefined
}): Promise<DjangoTarget> {
  const { to, schema, mapping: given } = options
  const isWanted =
    given === undefined
      ? hasUserTable
      : (tables: Parameters<typeof hasUserTable>[0]) => tables.some(({ name }) => name === given.table)
  const described = await openForeignDatabase(to, { schema, isWanted })
  // Besides its groups, only its tables matter. Users are not read from an old snapshot.
  const { mapping, groups } = await describe(described, given).finally(() => described.close())
  const writer = await openForeignWriter(to, described.schema)
  try {
    return await targetOf(writer, described, mapping, groups)
  } catch (error) {
    await writer.close()
    throw error
  }
}

async function describe(described: ForeignDatabase, given: Mapping | undefined) {
  const mapping = completeMapping(described.tables, given)
  return { mapping, groups: await readGroups(described, mapping) }
}

async function targetOf(
  writer: ForeignWriter,
  described: ForeignDatabase,
  mapping: FullMapping,
  groups: readonly ForeignGroup[],
): Promise<DjangoTarget> {
  const fields = createUserWriter(await writer.columnsOf(mapping.table), mapping)
  const ownKey = (key: string) => keyCondition(described, mapping, key)
  const joined = await createJoinedWriter(writer, described, mapping, ownKey)
  const rights = await createRightsWriter(writer, described, mapping, groups)
  const hasAny: UserWriter['has'] = (field) => fields.has(field) || joined.has(field)
  if (!fields.has('password')) {
    throw new ForeignDatabaseError(
      `The table ${mapping.table} has no column for passwords, so users cannot be written.`,
    )
  }
  const key = namedTable(described.tables, mapping.table).columns.find(({ name }) => name === mapping.key)
  const isKeyNumber = /int|serial/.test(key?.type ?? '')
  const hasAllauth = mapping.emailAddresses && hasEmailAddresses(described.tables)
  const hasWithAllauth: UserWriter['has'] = (field) => field === 'email_verified' || hasAny(field)
  const writeAddress = hasAllauth ? await createEmailAddressWriter(writer) : undefined
  return {
    description: `the table ${mapping.table}`,
    mapping,
    rights,
    fields: {
      isKey: fields.isKey,
      has: writeAddress === undefined ? hasAny : hasWithAllauth,
      hasProfile: (field) => fields.hasProfile(field) || joined.hasProfile(field),
    },
    async find(keys) {
      const possible = keys.filter(fields.isKey)
      if (possible.length === 0) return new Map()
      const query = userQuery(described, mapping, possible)
      const read = accountReader(query.positions, mapping, isKeyNumber, profileTypesOf(described.tables, mapping))
      const found = (await writer.rows(query.sql)).map(read)
      return new Map(found.map((account) => [account.key, account]))
    },
    async insert(account, now) {
      await writer.insert(mapping.table, fields.newRow(account, now))
      await joined.write(account, ALL_PARTS, now)
      await rights?.write(account, { groups: [], permissions: [] })
      if (account.email !== '') await writeAddress?.(account)
    },
    async update(account, parts, before, now) {
      const changes = fields.changes(account, parts)
      if (changes.length > 0) await writer.update(mapping.table, fields.key(account.key), changes)
      await joined.write(account, parts, now)
      if (parts.has('rights')) await rights?.write(account, before)
      if (parts.has('email')) await writeAddress?.(account)
    },
    finish: () => writer.moveSequence(mapping.table, mapping.key),
    close: writer.close,
  }
}
