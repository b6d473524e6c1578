import { type TObject, type TSchema, Type } from 'typebox'
import { type Account, isActive } from '../../accounts/account.ts'
import { wireUid } from '../../accounts/names/uid.ts'
import type { ProfileField } from '../../hooks/urls.ts'
import { accountUid } from './schemas.ts'

type FieldReader = { schema: TSchema; read(account: Account): unknown }

const text = (read: (account: Account) => string): FieldReader => ({ schema: Type.String(), read })
const flag = (read: (account: Account) => boolean): FieldReader => ({ schema: Type.Boolean(), read })
const time = (read: (account: Account) => number | undefined): FieldReader => ({
  schema: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  read: (account) => {
    const moment = read(account)
    return moment === undefined ? null : new Date(moment).toISOString()
  },
})
const uid: FieldReader = { schema: accountUid, read: wireUid }

/** The fields of an account that responses can show, under Django's names. */
const readers: Readonly<Record<string, FieldReader>> = {
  id: uid,
  pk: uid,
  username: text(({ username }) => username),
  email: text(({ email }) => email),
  first_name: text(({ firstName }) => firstName),
  last_name: text(({ lastName }) => lastName),
  name: text(({ firstName, lastName }) => `${firstName} ${lastName}`.trim()),
  phone_number: text(({ phoneNumber }) => phoneNumber),
  is_staff: flag(({ isStaff }) => isStaff),
  is_superuser: flag(({ isSuperuser }) => isSuperuser),
  is_active: flag(isActive),
  email_verified: flag(({ emailVerifiedAt }) => emailVerifiedAt !== undefined),
  date_joined: time(({ createdAt }) => createdAt),
  last_login: time(({ lastLoginAt }) => lastLoginAt),
}

const ownField = Type.Unknown({ description: 'One of your own profile fields' })

/** The fields that a profile shows by default. */
export const defaultProfile: readonly ProfileField[] = ['id', 'username', 'email', 'first_name', 'last_name']

/** The names that `profile` and `user` accept, besides `profile.NAME`. */
export const profileFieldNames: readonly string[] = Object.keys(readers)

/** Whether a name is a field of accounts or of your own profile. */
export function isProfileField(name: string): boolean {
  return Object.hasOwn(readers, name) || /^profile\.[A-Za-z_][\w-]*$/.test(name)
}

/** The fields of an account. A profile field without a value is null. */
export function presentProfile(account: Account, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const own = ownFieldOf(field)
      if (own === undefined) return [field, readers[field]?.read(account)]
      return [own, Object.hasOwn(account.profile, own) ? account.profile[own] : null]
    }),
  )
}

/** The same for the documentation. */
export function profileSchema(fields: readonly string[]): TObject {
  return Type.Object(
    Object.fromEntries(fields.map((field) => [ownFieldOf(field) ?? field, readers[field]?.schema ?? ownField])),
  )
}

/** The name of one of your own profile fields; undefined for Latchkey's fields. */
export function ownFieldOf(field: string): string | undefined {
  return field.startsWith('profile.') ? field.slice('profile.'.length) : undefined
}
