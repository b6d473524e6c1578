import { accountOf, foreignSystemOf, inBatches, momentOf, truthOf } from './account-of.ts'
import { type CsvRow, readCsv } from './csv-file.ts'
import { type ForeignAccount, type ForeignNote, type ForeignSystem, ForeignSystemError } from './foreign-system.ts'

/** The columns that an import reads, by the names of Latchkey's own format. */
export const csvFields = [
  'uid',
  'username',
  'email',
  'email_verified',
  'phone_number',
  'first_name',
  'last_name',
  'is_active',
  'is_staff',
  'is_superuser',
  'created_at',
  'last_login_at',
  'password_hash',
  'groups',
  'permissions',
  'locale',
] as const

export type CsvField = (typeof csvFields)[number]

type CsvOptions = {
  path: string
  /** What separates columns. Default: a comma. */
  delimiter?: string
  /** The column of a field, if it has another name in this file. */
  columns: ReadonlyMap<CsvField, string>
}

/** The prefix of columns with your own profile fields. */
const PROFILE = 'profile.'

/** What separates several groups or permissions in one value. */
const LIST = ';'

/**
 * Opens a CSV file whose first line names the columns. It reads the complete file once, so that an error in the last
 * line is found before anything is imported, and so that ids are numbers only if all of them are.
 *
 * @throws ForeignSystemError with the number of the line
 */
export async function openCsv({ path, delimiter, columns }: CsvOptions): Promise<ForeignSystem> {
  const columnOf = (field: CsvField) => columns.get(field) ?? field
  const groups = new Set<string>()
  let names: ReadonlyMap<string, string> = new Map()
  let count = 0
  let hasNumbers = true
  for await (const row of readCsv(path, delimiter)) {
    if (count === 0) requireColumns(row, columns)
    names = row.columns
    const account = toAccount(row, columnOf, hasNumbers)
    hasNumbers &&= isNumber(account.key)
    for (const name of account.groups) groups.add(name)
    count++
  }
  async function* accounts() {
    for await (const row of readCsv(path, delimiter)) yield toAccount(row, columnOf, hasNumbers)
  }
  return foreignSystemOf({
    description: path,
    accounts: () => inBatches(accounts()),
    groups: [...groups].map((name) => ({ key: name, name, permissions: [] })),
    notes: notesOf(names, columnOf),
    count,
  })
}

function requireColumns({ columns, place }: CsvRow, mapped: CsvOptions['columns']): void {
  const given = [...columns.keys()].join(', ')
  for (const [field, name] of mapped) {
    if (!columns.has(name)) {
      throw new ForeignSystemError(
        `${place}: there is no column ${JSON.stringify(name)} for ${field}. There are: ${given}.`,
      )
    }
  }
  if (columns.has(mapped.get('uid') ?? 'uid')) return
  throw new ForeignSystemError(
    `${place}: no column is called uid. Name the column that identifies an account: --column uid=NAME. There are: ${given}.`,
  )
}

function toAccount(
  { columns, place }: CsvRow,
  columnOf: (field: CsvField) => string,
  isUidNumber: boolean,
): ForeignAccount {
  const text = (field: CsvField) => columns.get(columnOf(field)) || undefined
  const truth = (field: CsvField, otherwise: boolean) => {
    const value = text(field)
    return value === undefined ? otherwise : truthOf(value, `${place}, ${columnOf(field)}`)
  }
  const moment = (field: CsvField) => {
    const value = text(field)
    const time = momentOf(value)
    if (value === undefined || time !== undefined) return time
    throw new ForeignSystemError(
      `${place}, ${columnOf(field)}: ${JSON.stringify(value.slice(0, 40))} is not a time. Write it as 2026-11-30T12:00:00Z.`,
    )
  }
  const list = (field: CsvField) => {
    const items = (text(field) ?? '').split(LIST).map((item) => item.trim())
    return [...new Set(items.filter((item) => item !== ''))].sort()
  }
  const key = text('uid')
  if (key === undefined) throw new ForeignSystemError(`${place}: the column ${columnOf('uid')} is empty.`)
  const profile = [...columns].filter(([name, value]) => name.startsWith(PROFILE) && value !== '')
  return accountOf({
    key,
    uid: { text: key, isNumber: isUidNumber && isNumber(key) },
    username: text('username'),
    email: text('email') ?? '',
    isEmailVerified: truth('email_verified', false),
    phoneNumber: text('phone_number') ?? '',
    firstName: text('first_name') ?? '',
    lastName: text('last_name') ?? '',
    isActive: truth('is_active', true),
    isStaff: truth('is_staff', false),
    isSuperuser: truth('is_superuser', false),
    createdAt: moment('created_at'),
    lastLoginAt: moment('last_login_at'),
    passwordHash: text('password_hash'),
    groups: list('groups'),
    permissions: list('permissions'),
    locale: text('locale'),
    profile: Object.fromEntries(profile.map(([name, value]) => [name.slice(PROFILE.length), value])),
  })
}

/** A whole number as databases generate it, which JSON can show as a number. */
function isNumber(key: string): boolean {
  return /^[1-9]\d{0,14}$/.test(key)
}

function notesOf(names: ReadonlyMap<string, string>, columnOf: (field: CsvField) => string): ForeignNote[] {
  const read = new Set(csvFields.map(columnOf))
  const left = [...names.keys()].filter((name) => !read.has(name) && !name.startsWith(PROFILE))
  return left.length === 0
    ? []
    : [{ subject: 'columns', says: `not imported, because there are no such fields: ${left.join(', ')}. Use --column` }]
}
