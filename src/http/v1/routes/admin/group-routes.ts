import { Type } from 'typebox'
import type { Rights } from '../../../../flows/rights/account-rights.ts'
import type { GroupAdministration } from '../../../../flows/rights/groups.ts'
import { GROUP_DESCRIPTION_LIMIT, GROUP_NAME_LIMIT, type Group } from '../../../../permissions/group.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../../page.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { idSchema, readId, timeSchema, wireTime } from '../../wire.ts'
import { permissionNames } from './account-json.ts'

const group = Type.Object(
  {
    id: idSchema,
    name: Type.String(),
    description: Type.String(),
    permissions: Type.Array(Type.String(), { description: 'The permissions of its members' }),
    created_at: timeSchema,
  },
  { title: 'Group' },
)
const groups = Type.Object({
  groups: Type.Array(group),
  next: nextPage('after'),
})

const name = Type.String({ minLength: 1, maxLength: GROUP_NAME_LIMIT })
const searched = (description: string) => Type.Optional(Type.String({ maxLength: GROUP_NAME_LIMIT, description }))
const rest = {
  description: Type.Optional(Type.String({ maxLength: GROUP_DESCRIPTION_LIMIT })),
  permissions: Type.Optional(permissionNames),
}

export type AdminGroupRouteParts = { groupAdministration: GroupAdministration; rights: Pick<Rights, 'known'> }

/** Groups and permissions. Changing a group grants or removes rights, so only superusers may do it. */
export function adminGroupRoutes({ groupAdministration, rights }: AdminGroupRouteParts): ApiRoute[] {
  const administration = groupAdministration
  const viewing = { method: 'GET', access: 'staff', permission: 'groups.view', tag: 'administration' } as const
  const granting = { access: 'superuser', needsRecentLogin: true, tag: 'administration' } as const
  return [
    apiRoute({
      ...viewing,
      path: '/admin/permissions',
      summary: 'List all permissions that can be granted',
      query: Type.Object({
        search: searched('Only permissions with this text in their name or description, in any case'),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'Default: all' })),
      }),
      answer: {
        status: 200,
        schema: Type.Object({
          permissions: Type.Array(
            Type.Object({
              name: Type.String(),
              description: Type.String({ description: 'Empty for permissions that only your services know' }),
            }),
          ),
        }),
      },
      handle: async ({ query: { search = '', limit } }) => {
        const wanted = search.trim().toLowerCase()
        const known = await rights.known()
        const found = known.filter((one) => `${one.name} ${one.description}`.toLowerCase().includes(wanted))
        return { permissions: found.slice(0, limit) }
      },
    }),
    apiRoute({
      ...viewing,
      path: '/admin/groups',
      summary: 'List groups, oldest first',
      query: Type.Object({
        search: searched('Only groups with this text in their name, in any case'),
        after: pageStart('Only groups after the one with this id'),
        limit: pageLimit,
      }),
      answer: { status: 200, schema: groups },
      handle: async ({ query: { search, after = 0, limit = PAGE } }) => {
        const { groups: listed, hasMore } = await administration.list({ search, afterId: after, limit })
        return { groups: listed.map(presentGroup), next: hasMore ? (listed.at(-1)?.id ?? null) : null }
      },
    }),
    apiRoute({
      ...granting,
      method: 'POST',
      path: '/admin/groups',
      summary: 'Create a group',
      body: Type.Object({ name, ...rest }),
      answer: { status: 201, schema: group },
      handle: async ({ request, body, origin }) =>
        presentGroup(await administration.create(body, administratorOf({ request, origin }))),
    }),
    apiRoute({
      ...viewing,
      path: '/admin/groups/:id',
      summary: 'Get a group',
      description: 'To list its members, use `admin/users` with the filter `group`.',
      answer: { status: 200, schema: group },
      refusals: ['not_found'],
      handle: async ({ params }) => presentGroup(await administration.get(readId(params.id))),
    }),
    apiRoute({
      ...granting,
      method: 'PATCH',
      path: '/admin/groups/:id',
      summary: 'Change the name, description or permissions of a group',
      description: 'Fields you leave out stay as they are.',
      body: Type.Object({ name: Type.Optional(name), ...rest }),
      answer: { status: 200, schema: group },
      refusals: ['not_found'],
      handle: async ({ request, params, body, origin }) =>
        presentGroup(await administration.change(readId(params.id), body, administratorOf({ request, origin }))),
    }),
    apiRoute({
      ...granting,
      method: 'DELETE',
      path: '/admin/groups/:id',
      summary: 'Delete a group. Its members lose its permissions',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: ({ request, params, origin }) =>
        administration.remove(readId(params.id), administratorOf({ request, origin })),
    }),
    apiRoute({
      ...granting,
      method: 'PUT',
      path: '/admin/groups/:id/members/:account_id',
      summary: 'Add an account to a group',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: async ({ request, params, origin }) => {
        await administration.addMember(
          readId(params.id),
          readId(params.account_id),
          administratorOf({ request, origin }),
        )
      },
    }),
    apiRoute({
      ...granting,
      method: 'DELETE',
      path: '/admin/groups/:id/members/:account_id',
      summary: 'Remove an account from a group',
      answer: { status: 204 },
      refusals: ['not_found'],
      handle: async ({ request, params, origin }) => {
        await administration.removeMember(
          readId(params.id),
          readId(params.account_id),
          administratorOf({ request, origin }),
        )
      },
    }),
  ]
}

function presentGroup(one: Group) {
  return {
    id: one.id,
    name: one.name,
    description: one.description,
    permissions: one.permissions,
    created_at: wireTime(one.createdAt),
  }
}
