import { Type } from 'typebox'
import type { Account } from '../../../accounts/account.ts'
import { type Locale, locales } from '../../../accounts/locale.ts'
import type { AccountRights } from '../../../flows/rights/account-rights.ts'
import { idSchema, orNull, timeSchema, wireTime } from '../wire.ts'

/** The language of an account, in requests and answers. */
export const localeSchema = Type.Unsafe<Locale | null>({
  enum: [...locales, null],
  description: 'The language of emails to the account; null: not chosen, so MAIL_LANGUAGE applies',
})

/** An account as its owner sees it. */
export const ownAccountSchema = Type.Object(
  {
    id: Type.Integer({ description: 'The id of the account in the administration' }),
    uid: Type.String({ description: 'The id of the account in tokens: their `sub`' }),
    username: Type.String(),
    email: Type.String({ description: 'May be empty' }),
    email_verified: Type.Boolean({ description: 'Whether the owner has confirmed the address' }),
    first_name: Type.String(),
    last_name: Type.String(),
    phone_number: Type.String(),
    profile: Type.Record(Type.String(), Type.Unknown(), { description: 'The profile fields you declared' }),
    locale: localeSchema,
    is_staff: Type.Boolean(),
    is_superuser: Type.Boolean(),
    created_at: timeSchema,
    last_login_at: orNull(timeSchema),
  },
  { title: 'Account' },
)

/** An account in the form of `ownAccountSchema`. */
export function presentOwnAccount(account: Account) {
  return {
    id: account.id,
    uid: account.uid,
    username: account.username,
    email: account.email,
    email_verified: account.email !== '' && account.emailVerifiedAt !== undefined,
    first_name: account.firstName,
    last_name: account.lastName,
    phone_number: account.phoneNumber,
    profile: account.profile,
    locale: account.locale ?? null,
    is_staff: account.isStaff,
    is_superuser: account.isSuperuser,
    created_at: wireTime(account.createdAt),
    last_login_at: wireTime(account.lastLoginAt),
  }
}

/** The rights of an account, from all sources. */
export const rightsProperties = {
  groups: Type.Array(Type.Object({ id: idSchema, name: Type.String() })),
  permissions: Type.Array(Type.String(), {
    description: 'All its permissions, including those of its groups and those of a superuser',
  }),
}

/** Rights in the form of `rightsProperties`. */
export function presentRights({ groups, permissions }: AccountRights) {
  return { groups: groups.map(({ id, name }) => ({ id, name })), permissions }
}

/** The caller's own account, with its rights. */
export const meSchema = Type.Object({ ...ownAccountSchema.properties, ...rightsProperties }, { title: 'Me' })
