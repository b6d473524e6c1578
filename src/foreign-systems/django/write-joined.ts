import { type ForeignDatabase, quotedName } from '../../storage/foreign/foreign-database.ts'
import {
  ForeignRefusal,
  type ForeignWriter,
  type WritableColumn,
  type Written,
} from '../../storage/foreign/foreign-writer.ts'
import type { ForeignAccount } from '../foreign-system.ts'
import { type FullMapping, namedTable } from './guess-mapping.ts'
import type { MappedField } from './mapping.ts'
import { emptyRow, type UserWriter, valueFor, type WrittenPart, writtenParts } from './write-user.ts'

/** Writes the fields whose columns are in other tables, such as a profile table: the joins of the mapping. */
type JoinedWriter = Pick<UserWriter, 'has' | 'hasProfile'> & {
  /** @throws ForeignRefusal */
  write(account: ForeignAccount, parts: ReadonlySet<WrittenPart>, now: number): Promise<void>
}

type Join = { table: string; by: WritableColumn; equals: string; columns: readonly WritableColumn[] }

/** @returns also for a mapping without joins: then it writes nothing */
export async function createJoinedWriter(
  writer: ForeignWriter,
  described: Pick<ForeignDatabase, 'tables'>,
  mapping: FullMapping,
  ownKey: (key: string) => string,
): Promise<JoinedWriter> {
  const joins = new Map<string, Join>()
  const own = new Set(namedTable(described.tables, mapping.table).columns.map(({ name }) => name))
  for (const [alias, { table, column, equals = mapping.key }] of Object.entries(mapping.joins)) {
    const columns = await writer.columnsOf(table)
    const by = columns.find(({ name }) => name === column)
    if (by !== undefined) joins.set(alias, { table, by, equals, columns })
  }
  /** The place of a column that is written `alias.column`. */
  const placeOf = (name: string | undefined) => {
    const [alias = '', ...rest] = name === undefined || own.has(name) ? [] : name.split('.')
    const join = joins.get(alias)
    const column = join?.columns.find((one) => one.name === rest.join('.'))
    return join === undefined || column === undefined ? undefined : { alias, join, column }
  }

  /** The start of a join: the key of the user, or the value of another of its columns. */
  async function startOf(account: ForeignAccount, { equals, table }: Join): Promise<string> {
    if (equals === mapping.key) return account.key
    const text = `cast(${quotedName(equals)} as ${writer.kind === 'postgres' ? 'text' : 'char'})`
    const [row] = await writer.rows(`select ${text} from ${quotedName(mapping.table)} where ${ownKey(account.key)}`)
    if (row?.[0] == null) throw new ForeignRefusal(`the user has no row in ${table} yet`)
    return row[0]
  }

  return {
    has: (field) => placeOf(mapping.columns[field]) !== undefined,
    hasProfile: (field) => placeOf(mapping.profile[field]) !== undefined,
    async write(account, parts, now) {
      const changes = new Map<string, { join: Join; values: Written[] }>()
      const add = (name: string | undefined, source: { field: MappedField } | { profile: string }) => {
        const place = placeOf(name)
        if (place === undefined) return
        const change = changes.get(place.alias) ?? { join: place.join, values: [] }
        change.values.push({ column: place.column, value: valueFor(place.column, account, source) })
        changes.set(place.alias, change)
      }
      for (const field of writtenParts(parts)) add(mapping.columns[field], { field })
      if (parts.has('person')) for (const [profile, name] of Object.entries(mapping.profile)) add(name, { profile })
      for (const { join, values } of changes.values()) {
        const start = { column: join.by, value: await startOf(account, join) }
        if ((await writer.update(join.table, start, values)) > 0) continue
        await writer.insert(join.table, emptyRow(join.columns, [start, ...values], now))
      }
    },
  }
}
