import { Type } from 'typebox'
import { accountOrders } from '../../../../accounts/search/account-search.ts'
import type { AccountAdministration } from '../../../../flows/accounts/account-administration.ts'
import { countedPassword } from '../../../../passwords/counted-password.ts'
import { storedForm } from '../../../../passwords/formats/stored-form.ts'
import { readCursor, writeCursor } from '../../cursor.ts'
import { PAGE, pageLimit } from '../../page.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { readId } from '../../wire.ts'
import { filterOf, filterProperties } from './account-filter.ts'
import {
  accountDetails,
  accountList,
  changeBody,
  createBody,
  passwordBody,
  presentAccount,
  presentDetails,
} from './account-json.ts'

const listQuery = Type.Object({
  ...filterProperties,
  order: Type.Optional(Type.Enum([...accountOrders], { description: 'Default `id`; `-` reverses the order' })),
  cursor: Type.Optional(Type.String({ description: 'The `next` of the previous page; use the same `order`' })),
  limit: pageLimit,
})

export type AdminAccountRouteParts = { accountAdministration: AccountAdministration; trimPasswords: boolean }

/** Other users' accounts, for administrators. */
export function adminAccountRoutes({ accountAdministration, trimPasswords }: AdminAccountRouteParts): ApiRoute[] {
  const { list, get, create, change, passwords, remove } = accountAdministration
  const counted = (password: string) => countedPassword(password, trimPasswords)
  const common = { access: 'staff', tag: 'administration' } as const
  const details = { status: 200, schema: accountDetails } as const

  const switchTo = (isActive: boolean) =>
    apiRoute({
      ...common,
      method: 'POST',
      path: isActive ? '/admin/users/:id/activate' : '/admin/users/:id/deactivate',
      permission: 'accounts.change',
      summary: isActive ? 'Activate an account again' : 'Deactivate an account and end all its sessions',
      answer: details,
      refusals: ['not_found', 'own_account'],
      handle: async ({ request, params, origin }) =>
        presentDetails(await change(readId(params.id), { isActive }, administratorOf({ request, origin }))),
    })

  return [
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/users',
      permission: 'accounts.view',
      summary: 'List and search accounts',
      query: listQuery,
      answer: { status: 200, schema: accountList },
      handle: async ({ query: { order = 'id', limit = PAGE, cursor, ...query } }) => {
        const after = cursor === undefined ? undefined : readCursor(cursor, order, /(username|email)$/.test(order))
        const { accounts, idsWithFactors, end } = await list({ filter: filterOf(query), order, after, limit })
        const users = accounts.map((one) => ({ ...presentAccount(one), second_factor: idsWithFactors.has(one.id) }))
        return { users, next: end === undefined ? null : writeCursor({ order, ...end }) }
      },
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/admin/users',
      permission: 'accounts.add',
      summary: 'Create an account',
      body: createBody,
      answer: { status: 201, schema: accountDetails },
      refusals: ['recent_login_required', 'address_taken', 'overloaded'],
      handle: async ({ request, body, origin }) => {
        const wanted = {
          username: body.username,
          email: body.email ?? '',
          isEmailVerified: body.email_verified ?? false,
          phoneNumber: body.phone_number ?? '',
          firstName: body.first_name ?? '',
          lastName: body.last_name ?? '',
          isActive: body.is_active ?? true,
          isStaff: body.is_staff ?? false,
          isSuperuser: body.is_superuser ?? false,
          groups: body.groups ?? [],
          permissions: body.user_permissions ?? [],
          profile: body.profile,
          locale: body.locale ?? undefined,
          password: body.password === undefined ? undefined : counted(body.password),
          passwordHash: body.password_hash === undefined ? undefined : storedForm(body.password_hash),
        }
        return presentDetails(await create(wanted, administratorOf({ request, origin })))
      },
    }),
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/users/:id',
      permission: 'accounts.view',
      summary: 'Get an account and its rights',
      answer: details,
      refusals: ['not_found'],
      handle: async ({ params }) => presentDetails(await get(readId(params.id))),
    }),
    apiRoute({
      ...common,
      method: 'PATCH',
      path: '/admin/users/:id',
      permission: 'accounts.change',
      summary: 'Change an account',
      description:
        'Fields you leave out stay as they are. Only superusers may change rights. Changing rights or the address requires a recent login.',
      body: changeBody,
      answer: details,
      refusals: ['not_found', 'own_account', 'address_taken', 'recent_login_required'],
      handle: async ({ request, params, body, origin }) => {
        const wanted = {
          username: body.username,
          email: body.email,
          isEmailVerified: body.email_verified,
          phoneNumber: body.phone_number,
          firstName: body.first_name,
          lastName: body.last_name,
          isActive: body.is_active,
          isStaff: body.is_staff,
          isSuperuser: body.is_superuser,
          groups: body.groups,
          permissions: body.user_permissions,
          profile: body.profile,
          locale: body.locale,
        }
        return presentDetails(await change(readId(params.id), wanted, administratorOf({ request, origin })))
      },
    }),
    apiRoute({
      ...common,
      method: 'DELETE',
      path: '/admin/users/:id',
      permission: 'accounts.delete',
      needsRecentLogin: true,
      summary: 'Delete an account with all its data and end all its sessions',
      answer: { status: 204 },
      refusals: ['not_found', 'own_account'],
      handle: ({ request, params, origin }) => remove(readId(params.id), administratorOf({ request, origin })),
    }),
    switchTo(true),
    switchTo(false),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/admin/users/:id/password',
      permission: 'accounts.change',
      needsRecentLogin: true,
      summary: 'Set the password of an account and end all its sessions',
      body: passwordBody,
      answer: { status: 204 },
      refusals: ['not_found', 'own_account', 'overloaded'],
      handle: ({ request, params, body, origin }) =>
        passwords.set(readId(params.id), counted(body.password), administratorOf({ request, origin })),
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/admin/users/:id/force-password-reset',
      permission: 'accounts.change',
      needsRecentLogin: true,
      summary: 'Remove the password of an account, mail a link to set a new one, and end all its sessions',
      answer: { status: 204 },
      refusals: ['not_found', 'own_account'],
      handle: ({ request, params, origin }) =>
        passwords.forceReset(readId(params.id), administratorOf({ request, origin })),
    }),
    apiRoute({
      ...common,
      method: 'POST',
      path: '/admin/users/:id/mail-reset-link',
      permission: 'accounts.change',
      summary: 'Mail the owner a link to set a new password',
      description: 'Until the owner uses it, nothing changes.',
      answer: { status: 202 },
      refusals: ['not_found', 'no_mail'],
      handle: ({ request, params, origin }) =>
        passwords.mailResetLink(readId(params.id), administratorOf({ request, origin })),
    }),
  ]
}
