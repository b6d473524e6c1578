import { Type } from 'typebox'
import { type Account, isActive } from '../../../../accounts/account.ts'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT } from '../../../../accounts/account-fields.ts'
import { EMAIL_LIMIT } from '../../../../accounts/names/email-address.ts'
import { USERNAME_LIMIT } from '../../../../accounts/names/username.ts'
import type { AccountDetails } from '../../../../flows/accounts/account-details.ts'
import { GROUPS_LIMIT, PERMISSIONS_LIMIT } from '../../../../permissions/group.ts'
import { PERMISSION_LIMIT } from '../../../../permissions/permission.ts'
import { idSchema, orNull } from '../../wire.ts'
import { localeSchema, ownAccountSchema, presentOwnAccount, presentRights, rightsProperties } from '../account-json.ts'

/** The name of a permission, `app.codename`. */
const permissionName = Type.String({ minLength: 1, maxLength: PERMISSION_LIMIT })

/** A list of permissions in a request; replaces the current ones. */
export const permissionNames = Type.Array(permissionName, { maxItems: PERMISSIONS_LIMIT })

/** The members that only superusers may set. */
const rights = {
  is_staff: Type.Optional(Type.Boolean({ description: 'Whether the account is staff. Only superusers may set this' })),
  is_superuser: Type.Optional(
    Type.Boolean({ description: 'Whether the account is a superuser. Only superusers may set this' }),
  ),
  groups: Type.Optional(
    Type.Array(idSchema, {
      maxItems: GROUPS_LIMIT,
      description: 'Group ids; replaces the current groups. Only superusers may set this',
    }),
  ),
  user_permissions: Type.Optional(
    Type.Array(permissionName, {
      maxItems: PERMISSIONS_LIMIT,
      description: 'Own permissions; replaces the current ones. Only superusers may set this',
    }),
  ),
}

const data = {
  email: Type.Optional(Type.String({ maxLength: EMAIL_LIMIT, description: 'May be empty' })),
  email_verified: Type.Optional(
    Type.Boolean({ description: 'Whether the address counts as confirmed; false for a new address by default' }),
  ),
  phone_number: Type.Optional(Type.String({ maxLength: PHONE_NUMBER_LIMIT })),
  first_name: Type.Optional(Type.String({ maxLength: NAME_LIMIT })),
  last_name: Type.Optional(Type.String({ maxLength: NAME_LIMIT })),
  is_active: Type.Optional(Type.Boolean()),
  profile: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Declared fields to set; null removes a field' }),
  ),
  locale: Type.Optional(localeSchema),
}

const username = Type.String({ minLength: 1, maxLength: USERNAME_LIMIT })

/** A password that an administrator sets. */
export const passwordBody = Type.Object({ password: Type.String({ minLength: 1, format: 'password' }) })

/** The body that creates an account. */
export const createBody = Type.Object({
  username: Type.Optional({ ...username, description: 'Default: derived from the address or the name' }),
  password: Type.Optional(
    Type.String({
      minLength: 1,
      format: 'password',
      description: 'Without a password, nobody can log in until one is set',
    }),
  ),
  password_hash: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description:
        'Instead of the password, a hash from another system, such as a string of bcrypt or argon2. docs/moving-from-others.md ' +
        'lists the formats. Only superusers may give one',
    }),
  ),
  ...data,
  ...rights,
})

/** The body that changes an account. */
export const changeBody = Type.Object({ username: Type.Optional(username), ...data, ...rights })

const account = { ...ownAccountSchema.properties, is_active: Type.Boolean() }

/** A page of accounts. */
export const accountList = Type.Object({
  users: Type.Array(
    Type.Object(
      {
        ...account,
        second_factor: Type.Boolean({
          description: 'Whether it has a second factor. Recovery codes alone do not count',
        }),
      },
      { title: 'AdminAccount' },
    ),
  ),
  next: orNull(Type.String({ description: 'The `cursor` of the next page; null if there is none' })),
})

/** One account with its rights. */
export const accountDetails = Type.Object(
  {
    ...account,
    ...rightsProperties,
    user_permissions: Type.Array(Type.String(), { description: 'The permissions granted to the account itself' }),
    has_password: Type.Boolean(),
  },
  { title: 'AdminAccountDetail' },
)

/** An account as administrators see it in a list. Contains no secrets. */
export function presentAccount(one: Account) {
  return { ...presentOwnAccount(one), is_active: isActive(one) }
}

/** The same for a single account, with its rights. */
export function presentDetails({ account: one, rights: held, hasPassword }: AccountDetails) {
  return {
    ...presentAccount(one),
    ...presentRights(held),
    user_permissions: held.ownPermissions,
    has_password: hasPassword,
  }
}
