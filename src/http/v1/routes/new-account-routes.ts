import { Type } from 'typebox'
import { NAME_LIMIT } from '../../../accounts/account-fields.ts'
import { EMAIL_LIMIT } from '../../../accounts/names/email-address.ts'
import { USERNAME_LIMIT } from '../../../accounts/names/username.ts'
import { newPasswordFaults } from '../../../flows/accounts/field-faults.ts'
import type { FirstAdministrator } from '../../../flows/accounts/sign-up/first-administrator.ts'
import { TOKEN_PATTERN } from '../../../one-time-tokens/one-time-token.ts'
import { countedPassword } from '../../../passwords/counted-password.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import { type ApiRoute, apiRoute } from '../route.ts'
import { ownAccountSchema, presentOwnAccount } from './account-json.ts'

export type NewAccountRouteParts = {
  checkNewPassword: NewPasswordCheck
  firstAdministrator: FirstAdministrator
  trimPasswords: boolean
}

const password = Type.String({ minLength: 1, format: 'password' })
const ownerText = (maxLength: number) => Type.Optional(Type.String({ maxLength }))

const verdict = Type.Object({
  faults: Type.Array(
    Type.Object({
      field: Type.String(),
      fault: Type.String(),
      minimum: Type.Optional(Type.Integer()),
      attribute: Type.Optional(Type.String()),
    }),
    { description: 'Empty if the password may be set' },
  ),
})

/** What forms for new accounts need besides registration itself. */
export function newAccountRoutes({
  checkNewPassword,
  firstAdministrator,
  trimPasswords,
}: NewAccountRouteParts): ApiRoute[] {
  const counted = (text: string) => countedPassword(text, trimPasswords)
  return [
    apiRoute({
      method: 'POST',
      path: '/password-check',
      access: 'anybody',
      tag: 'account',
      summary: 'Check a new password against the rules',
      description: 'Use this in forms that show the rules as people type. Latchkey does not store the password.',
      body: Type.Object({
        password,
        username: ownerText(USERNAME_LIMIT),
        email: ownerText(EMAIL_LIMIT),
        first_name: ownerText(NAME_LIMIT),
        last_name: ownerText(NAME_LIMIT),
      }),
      answer: { status: 200, schema: verdict },
      handle: async ({ body: { first_name: firstName, last_name: lastName, ...body } }) => ({
        faults: await newPasswordFaults(checkNewPassword, counted(body.password), { ...body, firstName, lastName }),
      }),
    }),
    apiRoute({
      method: 'POST',
      path: '/first-administrator',
      access: 'anybody',
      limits: ['registration-per-address'],
      tag: 'account',
      summary: 'Create the first superuser',
      description:
        'Needs the token of the one-time link that the server prints to its log while there is no superuser.',
      body: Type.Object({
        token: Type.String({ pattern: TOKEN_PATTERN, description: 'From the link' }),
        username: Type.String({ minLength: 1, maxLength: USERNAME_LIMIT }),
        email: Type.Optional(Type.String({ maxLength: EMAIL_LIMIT })),
        password,
      }),
      refusals: ['one_time_token_not_valid', 'address_taken', 'overloaded'],
      answer: { status: 201, schema: ownAccountSchema },
      handle: async ({ body: { email = '', ...body } }) => {
        const wanted = { ...body, email, password: counted(body.password) }
        return presentOwnAccount(await firstAdministrator.create(wanted))
      },
    }),
  ]
}
