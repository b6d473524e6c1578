import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Account } from '../../../accounts/account.ts'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT } from '../../../accounts/account-fields.ts'
import { EMAIL_LIMIT } from '../../../accounts/names/email-address.ts'
import { USERNAME_LIMIT } from '../../../accounts/names/username.ts'
import { AuthError } from '../../../errors.ts'
import type { ExportAccount } from '../../../flows/accounts/export-account.ts'
import { PASSWORD_LIMIT } from '../../../flows/accounts/field-faults.ts'
import type { OwnAccount } from '../../../flows/accounts/own-account.ts'
import type { ChangePassword } from '../../../flows/accounts/passwords/change-password.ts'
import type { SignUp } from '../../../flows/accounts/sign-up/sign-up.ts'
import type { AccountRights, Rights } from '../../../flows/rights/account-rights.ts'
import { countedPassword } from '../../../passwords/counted-password.ts'
import { callerOf } from '../../credentials/caller.ts'
import { jsonPieces } from '../json-stream.ts'
import { type ApiRoute, apiRoute, ownerOf } from '../route.ts'
import { localeSchema, meSchema, ownAccountSchema, presentOwnAccount, presentRights } from './account-json.ts'
import { exportSchema, presentExport } from './export-json.ts'

export type AccountRouteParts = {
  signUp: SignUp
  ownAccount: OwnAccount
  changePassword: ChangePassword
  exportAccount: ExportAccount
  rights: Pick<Rights, 'of' | 'ofCaller'>
  trimPasswords: boolean
}

const name = Type.Optional(Type.String({ maxLength: NAME_LIMIT }))
const password = Type.String({ minLength: 1, format: 'password' })
const ownFields = {
  first_name: name,
  last_name: name,
  phone_number: Type.Optional(Type.String({ maxLength: PHONE_NUMBER_LIMIT })),
  profile: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'The profile fields you declared' }),
  ),
  locale: Type.Optional(localeSchema),
}

/** Registration, and everything about one's own account. */
export function accountRoutes(parts: AccountRouteParts): ApiRoute[] {
  const { signUp, ownAccount, changePassword, exportAccount } = parts
  const presentMe = (account: Account, rights: AccountRights) => ({
    ...presentOwnAccount(account),
    ...presentRights(rights),
  })
  const counted = (password: string) => countedPassword(password, parts.trimPasswords)
  return [
    apiRoute({
      method: 'POST',
      path: '/register',
      access: 'anybody',
      limits: ['registration-per-address'],
      tag: 'account',
      summary: 'Create an account',
      description:
        'Latchkey mails a link that confirms the email address. The response does not log the user in. Without `locale`, ' +
        'Accept-Language decides the language of the account.',
      refusals: ['registration_closed', 'hook_refused', 'overloaded'],
      body: Type.Object({
        username: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: USERNAME_LIMIT,
            description: 'Required if LOGIN_WITH includes username. Otherwise derived by default',
          }),
        ),
        email: Type.Optional(
          Type.String({
            maxLength: EMAIL_LIMIT,
            description: 'Required with REQUIRE_VERIFIED_EMAIL or LOGIN_WITH=email',
          }),
        ),
        password,
        ...ownFields,
      }),
      answer: { status: 201, schema: ownAccountSchema },
      handle: async ({ body, origin }) =>
        presentOwnAccount(
          await signUp(
            {
              username: body.username,
              email: body.email ?? '',
              password: counted(body.password),
              firstName: body.first_name ?? '',
              lastName: body.last_name ?? '',
              phoneNumber: body.phone_number ?? '',
              profile: body.profile ?? {},
              locale: body.locale ?? undefined,
            },
            origin,
          ),
        ),
    }),
    apiRoute({
      method: 'GET',
      path: '/me',
      access: 'caller',
      tag: 'account',
      summary: 'Get my account',
      answer: { status: 200, schema: meSchema },
      showsRights: true,
      handle: async ({ request }) => {
        const caller = callerOf(request)
        return presentMe(caller.account, await parts.rights.ofCaller(caller))
      },
    }),
    apiRoute({
      method: 'PATCH',
      path: '/me',
      access: 'caller',
      tag: 'account',
      summary: 'Change my account',
      description: 'Fields you leave out stay as they are. In `profile`, null removes a member (RFC 7396).',
      body: Type.Object(ownFields),
      answer: { status: 200, schema: meSchema },
      handle: async ({ request, body, origin }) => {
        const changes = {
          ...(body.first_name !== undefined && { firstName: body.first_name }),
          ...(body.last_name !== undefined && { lastName: body.last_name }),
          ...(body.phone_number !== undefined && { phoneNumber: body.phone_number }),
          ...(body.profile !== undefined && { profile: body.profile }),
          ...(body.locale !== undefined && { locale: body.locale }),
        }
        const account = await ownAccount.update(ownerOf({ request, origin }), changes)
        return presentMe(account, await parts.rights.of(account))
      },
    }),
    apiRoute({
      method: 'DELETE',
      path: '/me',
      access: 'caller',
      needsSecondFactor: true,
      tag: 'account',
      summary: 'Delete my account permanently',
      body: Type.Object({
        password: Type.String({ format: 'password', description: 'My password, to confirm who I am' }),
      }),
      answer: { status: 204 },
      refusals: ['last_superuser', 'overloaded'],
      handle: ({ request, body, origin }) => ownAccount.remove(ownerOf({ request, origin }), counted(body.password)),
    }),
    apiRoute({
      method: 'POST',
      path: '/me/password',
      access: 'caller',
      needsSecondFactor: true,
      tag: 'account',
      summary: 'Change my password',
      description: 'My other sessions end, unless REVOKE_ON_PASSWORD_CHANGE is off.',
      body: Type.Object({ old_password: Type.String({ format: 'password' }), new_password: password }),
      refusals: ['hook_refused', 'overloaded'],
      answer: { status: 204 },
      handle: async ({ request, body, origin }) => {
        const passwords = {
          old: counted(body.old_password),
          new: counted(body.new_password),
          limit: PASSWORD_LIMIT,
        }
        const outcome = await changePassword(callerOf(request), passwords, origin)
        if (outcome.kind === 'changed') return
        const faults = outcome.newPasswordFaults.map((fault) => ({ field: 'new_password', ...fault }))
        const wrong = outcome.isOldPasswordWrong ? [{ field: 'old_password', fault: 'wrong_password' }] : []
        throw new AuthError('invalid_fields', { faults: [...wrong, ...faults] })
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/me/export',
      access: 'caller',
      tag: 'account',
      summary: 'Export everything that Latchkey stores about me',
      description: 'The export leaves out passwords, tokens and values derived from them.',
      answer: { status: 200, schema: exportSchema },
      handle: async ({ request, reply }) => {
        reply.header('content-disposition', 'attachment; filename="account.json"')
        return Readable.from(jsonPieces(presentExport(await exportAccount(callerOf(request)))))
      },
    }),
  ]
}
