import { type Static, type TObject, Type } from 'typebox'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT } from '../../accounts/account-fields.ts'
import { EMAIL_LIMIT } from '../../accounts/names/email-address.ts'
import type { UsernameField } from '../../accounts/names/login-kind.ts'
import { USERNAME_LIMIT } from '../../accounts/names/username.ts'
import { TITLE_LIMIT } from '../../posts/post.ts'

/*
 * The bodies of the classic contract, sections 6 and 7. One schema per request both reads the fields (fields.ts)
 * and documents them (OpenAPI): required keys, `minLength: 1` for fields that may not be blank, the longest text.
 */

export const username = Type.String({
  minLength: 1,
  maxLength: USERNAME_LIMIT,
  description: 'Letters, digits and @ . + - _',
})
const email = Type.String({ maxLength: EMAIL_LIMIT, format: 'email', description: 'May be empty' })
export const password = Type.String({ minLength: 1, format: 'password' })
/** An address that may not be empty. */
export const requiredEmail = Type.String({ minLength: 1, maxLength: EMAIL_LIMIT, format: 'email' })
const newPassword = Type.String({ minLength: 1, maxLength: 128, format: 'password' })
const name = Type.String({ maxLength: NAME_LIMIT, description: 'May be empty' })
const token = Type.String({ minLength: 1, description: 'A JWT in compact form' })

/** The same body if accounts are named by their address or phone number: USERNAME_FIELD. */
export function namedBy(field: Exclude<UsernameField, 'username'>, { properties }: TObject): TObject {
  const { username: _, email: given, phone_number: _optional, ...others } = properties
  if (field === 'phone_number') {
    const named = { phone_number: Type.String({ minLength: 1, maxLength: PHONE_NUMBER_LIMIT }), ...others }
    return Type.Object(given === undefined ? named : { ...named, email: Type.Optional(email) })
  }
  return Type.Object({ email: requiredEmail, ...others })
}

export const registerBody = Type.Object({
  username,
  email,
  password: newPassword,
  phone_number: Type.Optional(Type.String({ maxLength: PHONE_NUMBER_LIMIT })),
})
export const createUserBody = Type.Object({ username, password: newPassword })
export const registerInFullBody = Type.Object({
  username,
  password,
  password2: password,
  email,
  first_name: name,
  last_name: name,
})
export const siteRegisterBody = Type.Object({ username, password: newPassword, email: Type.Optional(email) })
/** The fields of a profile that owners change. */
export const changeableFields = {
  email,
  first_name: name,
  last_name: name,
  phone_number: Type.String({ maxLength: PHONE_NUMBER_LIMIT }),
}
/** The fields that a registration can be set to require. */
export const requirableFields = {
  email: requiredEmail,
  first_name: Type.String({ minLength: 1, maxLength: NAME_LIMIT }),
  last_name: Type.String({ minLength: 1, maxLength: NAME_LIMIT }),
  phone_number: Type.String({ minLength: 1, maxLength: PHONE_NUMBER_LIMIT }),
  password2: password,
}
/** @param field USERNAME_FIELD */
export const loginBody = (field: string) => Type.Object({ [field]: Type.String({ minLength: 1 }), password })
export const refreshBody = Type.Object({ refresh: token })
/** Without a refresh token, the session of the access token ends. */
export const optionalRefreshBody = Type.Object({ refresh: Type.Optional(token) })
export const verifyBody = Type.Object({ token })
export const linkText = Type.String({ minLength: 1, description: 'From the link' })
export const resetBody = Type.Object({ uid: linkText, token: linkText, new_password: password })
export const changePasswordBody = Type.Object({ old_password: password, new_password: password })
export const postBody = Type.Object({
  title: Type.String({ minLength: 1, maxLength: TITLE_LIMIT }),
  content: Type.String({ minLength: 1 }),
})
export const postChange = Type.Partial(postBody)

/** The `uid` of an account. */
export const accountUid = Type.Union([Type.Integer(), Type.String()], {
  description: 'A number unless the account has another key',
})
const tokenText = Type.String({ pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$', description: 'A JWT in compact form' })

export const registered = Type.Object({ username: Type.String(), email: Type.String() })
export const created = Type.Object({ id: accountUid, username: Type.String() })
export const registeredInFull = Type.Object({
  username: Type.String(),
  email: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
})
/** A hook may add members to the response of a login or a refresh. */
const extensible = { additionalProperties: true, description: 'Your hooks may add members' }

export const tokenPair = Type.Object(
  { refresh: tokenText, access: tokenText },
  { title: 'ClassicTokens', ...extensible },
)
/** Without ROTATE_REFRESH_TOKENS there is no new refresh token. */
export const refreshedTokens = Type.Object(
  { access: tokenText, refresh: Type.Optional(tokenText) },
  { title: 'ClassicRefreshedTokens', ...extensible },
)
export const refreshedTokensWithMessage = Type.Object(
  { message: Type.String(), ...refreshedTokens.properties },
  extensible,
)
export const tokenPairWithMessage = Type.Object(
  { message: Type.String(), refresh: tokenText, access: tokenText },
  extensible,
)
export const message = Type.Object({ message: Type.String() })
export const messageWithUser = Type.Object({ message: Type.String(), user: Type.String() })
export const nothing = Type.Object({})
/** @param field USERNAME_FIELD */
export const profile = (field: UsernameField) =>
  Type.Object({
    id: accountUid,
    ...(field !== 'email' && { [field]: Type.String() }),
    email: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
  })
export const post = Type.Object(
  {
    id: Type.Integer(),
    title: Type.String(),
    content: Type.String(),
    author: Type.String(),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { title: 'Post' },
)
export type PostJson = Static<typeof post>
export const posts = Type.Array(post)
