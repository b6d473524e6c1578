import { type TObject, type TSchema, Type } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import { PHONE_NUMBER_LIMIT } from '../../accounts/account-fields.ts'
import type { UsernameField } from '../../accounts/names/login-kind.ts'
import { presentProfile, profileSchema } from '../classic/profile-fields.ts'
import * as schemas from '../classic/schemas.ts'

/** The settings that decide which fields users have. */
export type UserFieldSettings = {
  usernameField: UsernameField
  loginField: UsernameField
  requiredFields: readonly string[]
  userIdField: 'id' | 'username'
}

const optional: Readonly<Record<string, TSchema>> = schemas.changeableFields

/** A repeated name. The only rule is that it equals the first. */
export const repeatedName = Type.String({ minLength: 1 })

/** A name that a request must contain. */
export function nameSchema(field: UsernameField): TSchema {
  switch (field) {
    case 'username':
      return schemas.username
    case 'email':
      return schemas.requiredEmail
    case 'phone_number':
      return Type.String({ minLength: 1, maxLength: PHONE_NUMBER_LIMIT })
  }
}

/** The fields of the user object (section 6). */
function shownFields({ requiredFields, userIdField, usernameField, loginField }: UserFieldSettings): string[] {
  return [...new Set([...requiredFields, userIdField, usernameField, loginField])]
}

/** The user object, for the documentation. */
export function userSchema(settings: UserFieldSettings): TObject {
  return profileSchema(shownFields(settings))
}

export function presentUser(account: Account, settings: UserFieldSettings): Record<string, unknown> {
  return presentProfile(account, shownFields(settings))
}

/** The fields that PUT and PATCH take; none is required. */
export function changeSchema({ requiredFields, usernameField, loginField }: UserFieldSettings): TObject {
  const changeable = requiredFields.filter((field) => field !== usernameField && field !== loginField)
  return Type.Object(
    Object.fromEntries(changeable.map((field) => [field, Type.Optional(optional[field] ?? Type.String())])),
  )
}

/** The fields of the sign-up form. */
export function signUpSchema(settings: UserFieldSettings, hasRetype: boolean): TObject {
  const { requiredFields, usernameField, loginField } = settings
  const others = [...requiredFields, ...(loginField === usernameField ? [] : [loginField])]
  return Type.Object({
    ...Object.fromEntries(others.map((field) => [field, Type.Optional(optional[field] ?? Type.String())])),
    [usernameField]: nameSchema(usernameField),
    password: schemas.password,
    ...(hasRetype && { re_password: schemas.password }),
  })
}
