import type { ForeignDatabase } from '../storage/foreign/foreign-database.ts'
import { quotedName } from '../storage/foreign/foreign-database.ts'
import { openForeignDatabase } from '../storage/foreign/open-foreign-database.ts'
import { accountOf, firstNameOf, foreignSystemOf, inBatches, momentOf, truthOf } from './account-of.ts'
import { readCsv } from './csv-file.ts'
import { type ForeignAccount, type ForeignSystem, ForeignSystemError } from './foreign-system.ts'

/** The columns of `auth.users` that an import reads. Older versions lack some of them. */
const wanted = [
  'id',
  'email',
  'phone',
  'encrypted_password',
  'email_confirmed_at',
  'confirmed_at',
  'banned_until',
  'deleted_at',
  'created_at',
  'last_sign_in_at',
  'is_anonymous',
  'is_super_admin',
  'raw_user_meta_data',
] as const

type Column = (typeof wanted)[number]

const notes = [{ subject: 'Supabase', says: 'linked identities, app_metadata and second factors are not imported' }]

/**
 * Opens the users of Supabase Auth (GoTrue): the table `auth.users`, in its database or as a CSV file with a header.
 * Passwords are bcrypt, argon2 or Firebase's scrypt.
 *
 * @param from `postgres://…`, or the path of a CSV file
 * @param now epoch milliseconds: users who are banned until later are inactive
 * @throws ForeignSystemError, ForeignDatabaseError
 */
export async function openSupabase(from: string, now: number): Promise<ForeignSystem> {
  return /^postgres(ql)?:\/\//.test(from) ? openDatabase(from, now) : openFile(from, now)
}

async function openDatabase(url: string, now: number): Promise<ForeignSystem> {
  const database = await openForeignDatabase(url, { schema: 'auth', isWanted: () => true })
  const users = database.tables.find(({ name }) => name === 'users')
  if (users === undefined) {
    await database.close()
    throw new ForeignSystemError('The schema auth has no table users. Is this the database of a Supabase project?')
  }
  const columns = users.columns.filter(({ name }) => wanted.some((one) => one === name))
  const list = columns.map((column) => database.textOf(column, quotedName(column.name)))
  const sql = `select ${list.join(', ')} from users order by id`
  async function* accounts(): AsyncIterable<readonly ForeignAccount[]> {
    for await (const rows of database.rows(sql)) {
      yield rows.map((row) => {
        const values = new Map(columns.map(({ name }, at) => [name, row[at] ?? '']))
        return accountFrom((name) => values.get(name) || undefined, `the user ${values.get('id')}`, now)
      })
    }
  }
  return foreignSystemOf({
    description: 'the table auth.users',
    accounts,
    notes,
    count: await countOf(database),
    close: database.close,
  })
}

async function countOf(database: ForeignDatabase): Promise<number> {
  for await (const rows of database.rows('select cast(count(*) as text) from users')) return Number(rows[0]?.[0] ?? 0)
  return 0
}

async function openFile(path: string, now: number): Promise<ForeignSystem> {
  async function* accounts() {
    for await (const { columns, place } of readCsv(path)) {
      if (!columns.has('id') || !columns.has('encrypted_password')) {
        throw new ForeignSystemError(
          `${place}: there are no columns id and encrypted_password. Export the table auth.users.`,
        )
      }
      yield accountFrom((name) => columns.get(name) || undefined, place, now)
    }
  }
  let count = 0
  for await (const _ of accounts()) count++
  return foreignSystemOf({ description: path, accounts: () => inBatches(accounts()), notes, count })
}

function accountFrom(given: (name: Column) => string | undefined, place: string, now: number): ForeignAccount {
  const key = given('id')
  if (key === undefined) throw new ForeignSystemError(`${place} has no id.`)
  const anonymous = given('is_anonymous')
  const isAnonymous = anonymous !== undefined && truthOf(anonymous, `${place}, is_anonymous`)
  const isDeleted = given('deleted_at') !== undefined
  const meta = metaOf(given('raw_user_meta_data'))
  return accountOf({
    key,
    email: given('email') ?? '',
    isEmailVerified: (given('email_confirmed_at') ?? given('confirmed_at')) !== undefined,
    phoneNumber: phoneOf(given('phone')),
    firstName: firstNameOf(meta('first_name') ?? meta('full_name') ?? meta('name')),
    lastName: firstNameOf(meta('last_name')),
    isActive: (momentOf(given('banned_until')) ?? 0) <= now,
    createdAt: momentOf(given('created_at')),
    lastLoginAt: momentOf(given('last_sign_in_at')),
    passwordHash: given('encrypted_password'),
    ...(isAnonymous && { skipped: 'anonymous users, who cannot log in' }),
    ...(isDeleted && { skipped: 'deleted there' }),
  })
}

/** Supabase stores numbers in E.164 without the plus sign. */
function phoneOf(phone: string | undefined): string {
  return phone !== undefined && /^[1-9]\d{6,14}$/.test(phone) ? `+${phone}` : (phone ?? '')
}

function metaOf(json: string | undefined): (name: string) => string | undefined {
  let value: unknown
  try {
    value = JSON.parse(json ?? '{}')
  } catch {
    value = {}
  }
  return (name) => {
    const text = (value as Record<string, unknown> | null)?.[name]
    return typeof text === 'string' && text !== '' ? text : undefined
  }
}
