import { Type } from 'typebox'
import { type Declaration, SettingFault, setting } from '../../platform/setting.ts'

/** The kinds of names that people can log in with. */
export const loginKinds = ['username', 'email', 'phone'] as const

export type LoginKind = (typeof loginKinds)[number]

/** The fields that can name an account on the classic paths and those of djoser: USERNAME_FIELD and LOGIN_FIELD. */
export const usernameFields = ['username', 'email', 'phone_number'] as const

export type UsernameField = (typeof usernameFields)[number]

/** What people type if a field names an account. */
export const kindOfField = {
  username: 'username',
  email: 'email',
  phone_number: 'phone',
} as const satisfies Record<UsernameField, LoginKind>

/** Reads `username`, `email,phone` or `username-or-email`. */
export function loginWithSetting(name: string, declaration: Declaration) {
  return setting(
    Type.Array(Type.Enum(loginKinds), { minItems: 1, uniqueItems: true }),
    name,
    { ...declaration, form: 'list' },
    (text) => {
      const words = text
        .toLowerCase()
        .split(/,|\n|-or-/)
        .map((word) => word.trim())
      const unknown = words.find((word) => !(loginKinds as readonly string[]).includes(word))
      if (unknown !== undefined) {
        throw new SettingFault(
          `${JSON.stringify(unknown)} is not one of the choices. Write username, email, phone, or several of them separated by commas.`,
        )
      }
      return loginKinds.filter((kind) => words.includes(kind))
    },
    (kinds) => kinds.join(','),
  )
}
