import { type ForeignColumn, type ForeignTable, quotedName } from '../storage/foreign/foreign-database.ts'
import { openForeignDatabase } from '../storage/foreign/open-foreign-database.ts'
import { accountOf, firstNameOf, foreignSystemOf, momentOf } from './account-of.ts'
import { type ForeignAccount, type ForeignSystem, ForeignSystemError } from './foreign-system.ts'

/** The fields of Better Auth's user, with its plugins for usernames, phone numbers and administrators. */
const fields = [
  'id',
  'name',
  'email',
  'emailVerified',
  'createdAt',
  'username',
  'phoneNumber',
  'banned',
  'banExpires',
] as const

type Field = (typeof fields)[number]

/**
 * Opens the database of an application with Better Auth: its tables `user` and `account`, in either spelling of their
 * columns (`emailVerified` or `email_verified`).
 *
 * @param now epoch milliseconds: users who are banned until later are inactive
 * @throws ForeignSystemError, ForeignDatabaseError
 */
export async function openBetterAuth(options: {
  from: string
  schema: string | undefined
  now: number
}): Promise<ForeignSystem> {
  const { from, schema, now } = options
  const isWanted = (tables: readonly ForeignTable[]) => findTables(tables) !== undefined
  const database = await openForeignDatabase(from, { schema, isWanted })
  try {
    const found = findTables(database.tables)
    if (found === undefined) {
      throw new ForeignSystemError('The tables user and account, which Better Auth creates, are missing.')
    }
    const { users, credentials } = found
    const named = (table: ForeignTable, name: string) => columnIn(table, name) ?? missing(table, name)
    const present = fields.flatMap((field) => {
      const column = columnIn(users, field)
      return column === undefined ? [] : [{ field, column }]
    })
    const values = present.map(({ column }) => database.textOf(column, `u.${quotedName(column.name)}`))
    const id = named(users, 'id')
    const [password, owner, provider] = ['password', 'userId', 'providerId'].map((name) => named(credentials, name))
    const hash =
      `(select a.${quotedName(password?.name ?? '')} from ${quotedName(credentials.name)} a ` +
      `where a.${quotedName(owner?.name ?? '')} = u.${quotedName(id.name)} ` +
      `and a.${quotedName(provider?.name ?? '')} = 'credential' limit 1)`
    const table = quotedName(users.name)
    const sql = `select ${[...values, hash].join(', ')} from ${table} u order by u.${quotedName(id.name)}`
    const isNumber = /int|serial/.test(id.type)
    async function* accounts(): AsyncIterable<readonly ForeignAccount[]> {
      for await (const rows of database.rows(sql)) {
        yield rows.map((row) => {
          const own = new Map(present.map(({ field }, at) => [field, row[at] ?? undefined]))
          return accountFrom((field) => own.get(field) || undefined, row[present.length] ?? undefined, isNumber, now)
        })
      }
    }
    let count = 0
    for await (const rows of database.rows(`select cast(count(*) as text) from ${table}`)) count = Number(rows[0]?.[0])
    return foreignSystemOf({
      description: `the table ${users.name}`,
      accounts,
      count,
      notes: [
        {
          subject: 'Better Auth',
          says: 'sessions, social logins, organisations, roles and second factors are not imported',
        },
      ],
      close: database.close,
    })
  } catch (error) {
    await database.close()
    throw error
  }
}

function findTables(tables: readonly ForeignTable[]): { users: ForeignTable; credentials: ForeignTable } | undefined {
  const users = tables.find((table) => isOneOf(table, ['user', 'users']) && columnIn(table, 'emailVerified'))
  const credentials = tables.find((table) => isOneOf(table, ['account', 'accounts']) && columnIn(table, 'providerId'))
  return users === undefined || credentials === undefined ? undefined : { users, credentials }
}

function isOneOf({ name }: ForeignTable, names: readonly string[]): boolean {
  return names.includes(name.toLowerCase())
}

/** `emailVerified`, `email_verified` and `EmailVerified` are one column. */
function columnIn(table: ForeignTable, field: string): ForeignColumn | undefined {
  const plain = (name: string) => name.replaceAll('_', '').toLowerCase()
  return table.columns.find(({ name }) => plain(name) === plain(field))
}

function missing(table: ForeignTable, name: string): never {
  throw new ForeignSystemError(`The table ${table.name} has no column ${name}. Is it one of Better Auth?`)
}

function accountFrom(
  given: (field: Field) => string | undefined,
  passwordHash: string | undefined,
  isNumber: boolean,
  now: number,
): ForeignAccount {
  const key = given('id') ?? ''
  const isMarked = (value: string | undefined) => value !== undefined && !['0', 'f', 'false'].includes(value)
  const bannedUntil = momentOf(given('banExpires'))
  return accountOf({
    key,
    uid: { text: key, isNumber },
    username: given('username'),
    email: given('email') ?? '',
    isEmailVerified: isMarked(given('emailVerified')),
    phoneNumber: given('phoneNumber') ?? '',
    firstName: firstNameOf(given('name')),
    isActive: !isMarked(given('banned')) || (bannedUntil !== undefined && bannedUntil <= now),
    createdAt: momentOf(given('createdAt')),
    passwordHash,
  })
}
