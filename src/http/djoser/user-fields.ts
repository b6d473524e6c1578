import { type TObject, type TSchema, Type } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT } from '../../accounts/account-fields.ts'
import { EMAIL_LIMIT } from '../../accounts/email-address.ts'
import { wireUid } from '../../accounts/uid.ts'
import { USERNAME_LIMIT } from '../../accounts/username.ts'
import { accountUid } from '../classic/schemas.ts'

/** A field that names an account. */
export type NameField = 'username' | 'email'

/** The settings that decide which fields users have. */
export type UserFieldSettings = {
  usernameField: NameField
  loginField: NameField
  requiredFields: readonly string[]
  userIdField: 'id' | 'username'
}

const values: Readonly<Record<string, (account: Account) => string | number>> = {
  id: wireUid,
  username: ({ username }) => username,
  email: ({ email }) => email,
  first_name: ({ firstName }) => firstName,
  last_name: ({ lastName }) => lastName,
  phone_number: ({ phoneNumber }) => phoneNumber,
}

const optional: Readonly<Record<string, TSchema>> = {
  email: Type.String({ maxLength: EMAIL_LIMIT, format: 'email', description: 'May be empty' }),
  first_name: Type.String({ maxLength: NAME_LIMIT, description: 'May be empty' }),
  last_name: Type.String({ maxLength: NAME_LIMIT, description: 'May be empty' }),
  phone_number: Type.String({ maxLength: PHONE_NUMBER_LIMIT, description: 'May be empty' }),
}

/** A name that a request must contain. */
export function nameSchema(field: NameField): TSchema {
  return field === 'email'
    ? Type.String({ minLength: 1, maxLength: EMAIL_LIMIT, format: 'email' })
    : Type.String({ minLength: 1, maxLength: USERNAME_LIMIT, description: 'Letters, digits and @ . + - _' })
}

export const passwordSchema = Type.String({ minLength: 1, format: 'password' })

/** The fields of the user object (section 6). */
function shownFields({ requiredFields, userIdField, usernameField, loginField }: UserFieldSettings): string[] {
  return [...new Set([...requiredFields, userIdField, usernameField, loginField])]
}

/** The user object, for the documentation. */
export function userSchema(settings: UserFieldSettings): TObject {
  const schemas = shownFields(settings).map((field) => [field, field === 'id' ? accountUid : Type.String()])
  return Type.Object(Object.fromEntries(schemas))
}

export function presentUser(account: Account, settings: UserFieldSettings): Record<string, string | number> {
  return Object.fromEntries(shownFields(settings).map((field) => [field, values[field]?.(account) ?? '']))
}

/** The fields that PUT and PATCH take; none is required. */
export function changeSchema({ requiredFields, usernameField, loginField }: UserFieldSettings): TObject {
  const changeable = requiredFields.filter((field) => field !== usernameField && field !== loginField)
  return Type.Object(
    Object.fromEntries(changeable.map((field) => [field, Type.Optional(optional[field] ?? Type.String())])),
  )
}

/** The fields of the sign-up. */
export function signUpSchema(settings: UserFieldSettings, hasRetype: boolean): TObject {
  const { requiredFields, usernameField, loginField } = settings
  const others = [...requiredFields, ...(loginField === usernameField ? [] : [loginField])]
  return Type.Object({
    ...Object.fromEntries(others.map((field) => [field, Type.Optional(optional[field] ?? Type.String())])),
    [usernameField]: nameSchema(usernameField),
    password: passwordSchema,
    ...(hasRetype && { re_password: passwordSchema }),
  })
}
