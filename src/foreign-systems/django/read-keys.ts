import type { ForeignDatabase } from '../../storage/foreign/foreign-database.ts'
import { quotedName } from '../../storage/foreign/foreign-database.ts'
import type { ForeignSessionKey } from '../foreign-system.ts'

/** The table of Django REST framework's TokenAuthentication, which djoser uses. */
export const KEYS = 'authtoken_token'

/** The keys that users of a Django project have. Django stores them unencrypted. */
export async function* readKeys(database: ForeignDatabase): AsyncIterable<readonly ForeignSessionKey[]> {
  const table = database.tables.find(({ name }) => name === KEYS)
  if (table === undefined) return
  const text = (name: string) => {
    const column = table.columns.find((one) => one.name === name)
    return column === undefined ? 'null' : database.textOf(column, `k.${quotedName(name)}`)
  }
  const sql = `select ${text('key')}, ${text('user_id')}, ${text('created')} from ${KEYS} k`
  for await (const rows of database.rows(sql)) {
    yield rows.flatMap(([key, user, created]) =>
      typeof key === 'string' && typeof user === 'string'
        ? [{ key, accountKey: user, createdAt: Number(created ?? 0) }]
        : [],
    )
  }
}
