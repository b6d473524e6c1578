import type { WritableColumn, Written, WrittenValue } from '../../storage/foreign/foreign-writer.ts'
import type { ForeignAccount } from '../foreign-system.ts'
import type { FullMapping } from './guess-mapping.ts'
import type { MappedField } from './mapping.ts'
import { writtenProfile } from './profile-value.ts'

/** Parts of a user that are written together, as the import compares them. */
export type WrittenPart = 'name' | 'email' | 'password' | 'state' | 'rights' | 'person' | 'login'

const fieldsOf: Readonly<Record<WrittenPart, readonly MappedField[]>> = {
  name: ['username'],
  email: ['email', 'email_verified'],
  password: ['password'],
  state: ['is_active'],
  rights: ['is_staff', 'is_superuser'],
  person: ['first_name', 'last_name', 'phone_number'],
  login: ['last_login'],
}

/** All parts of a user. */
export const ALL_PARTS: ReadonlySet<WrittenPart> = new Set(Object.keys(fieldsOf) as WrittenPart[])

/** How accounts are written into a user table. */
export type UserWriter = {
  /** Whether the field has a column in the user table itself. */
  has(field: MappedField): boolean
  /** Whether a profile field has one. */
  hasProfile(field: string): boolean
  /** Whether the key of the table can be this text. */
  isKey(uid: string): boolean
  key(uid: string): Written
  /** The columns of some parts of a user. */
  changes(account: ForeignAccount, parts: ReadonlySet<WrittenPart>): Written[]
  /** A complete new row. Unmapped columns that must have a value are empty, zero, false or now. */
  newRow(account: ForeignAccount, now: number): Written[]
}

export function createUserWriter(columns: readonly WritableColumn[], mapping: FullMapping): UserWriter {
  const named = (name: string | undefined) => columns.find((column) => column.name === name)
  const columnOf = (field: MappedField) => named(mapping.columns[field])
  const key = named(mapping.key)
  if (key === undefined) throw new Error(`${mapping.table} has no column ${mapping.key}`)

  function changes(account: ForeignAccount, parts: ReadonlySet<WrittenPart>): Written[] {
    const written = writtenParts(parts).flatMap((field) => {
      const column = columnOf(field)
      return column === undefined ? [] : [{ column, value: valueFor(column, account, { field }) }]
    })
    if (!parts.has('person')) return written
    const profile = Object.entries(mapping.profile).flatMap(([field, name]) => {
      const column = named(name)
      return column === undefined ? [] : [{ column, value: valueFor(column, account, { profile: field }) }]
    })
    return [...written, ...profile]
  }

  return {
    has: (field) => columnOf(field) !== undefined,
    hasProfile: (field) => named(mapping.profile[field]) !== undefined,
    isKey: (uid) => fitsKey(key.type, uid),
    key: (uid) => ({ column: key, value: uid }),
    changes,
    newRow(account, now) {
      const all = changes(account, ALL_PARTS)
      const joined = columnOf('date_joined')
      if (joined !== undefined) all.push({ column: joined, value: new Date(account.createdAt ?? now) })
      all.push({ column: key, value: account.key })
      return emptyRow(columns, all, now)
    },
  }
}

/** A complete new row. Columns that have no value yet and must have one are empty, zero, false or now. */
export function emptyRow(columns: readonly WritableColumn[], values: readonly Written[], now: number): Written[] {
  const given = new Set(values.map(({ column }) => column.name))
  const missing = columns.filter(({ name, isNullable, hasDefault }) => !given.has(name) && !isNullable && !hasDefault)
  return [...values, ...missing.map((column) => ({ column, value: emptyValue(column, now) }))]
}

/** The fields of some parts. */
export function writtenParts(parts: ReadonlySet<WrittenPart>): MappedField[] {
  return [...parts].flatMap((part) => fieldsOf[part])
}

/** The value of a column: one of the account's fields, or a profile field. */
export function valueFor(
  column: WritableColumn,
  account: ForeignAccount,
  source: { field: MappedField } | { profile: string },
): WrittenValue {
  const value =
    'field' in source ? fieldValue(account, source.field) : writtenProfile(column, account.profile[source.profile])
  return fitted(column, value, account.createdAt ?? 0)
}

function fieldValue(account: ForeignAccount, field: MappedField): WrittenValue {
  switch (field) {
    case 'username':
      return account.username ?? ''
    case 'email':
      return account.email
    case 'email_verified':
      return account.isEmailVerified
    case 'password':
      return account.passwordHash ?? ''
    case 'is_active':
      return account.isActive
    case 'is_staff':
      return account.isStaff
    case 'is_superuser':
      return account.isSuperuser
    case 'first_name':
      return account.firstName
    case 'last_name':
      return account.lastName
    case 'phone_number':
      return account.phoneNumber
    case 'date_joined':
      return account.createdAt === undefined ? null : new Date(account.createdAt)
    case 'last_login':
      return account.lastLoginAt === undefined ? null : new Date(account.lastLoginAt)
  }
}

/** NULL if the column allows it: then several users may have no value, although the column is unique. */
function fitted(column: WritableColumn, value: WrittenValue, createdAt: number): WrittenValue {
  if (value === '' && column.isNullable) return null
  return value === null && !column.isNullable ? emptyValue(column, createdAt) : value
}

function emptyValue({ type }: WritableColumn, now: number): WrittenValue {
  if (/bool/.test(type)) return false
  if (/timestamp|date/.test(type)) return new Date(now)
  if (/int|numeric|decimal|real|double|float/.test(type)) return '0'
  return /json/.test(type) ? '{}' : ''
}

function fitsKey(type: string, uid: string): boolean {
  if (/int|serial/.test(type)) return /^-?\d{1,19}$/.test(uid)
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uid)
  return type === 'uuid' || type === 'char(32)' ? isUuid : true
}
