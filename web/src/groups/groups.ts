import type { AnswerOf } from '@latchkey/client'
import { queryOptions } from '@tanstack/react-query'
import { ask } from '../api/api.ts'

/** A group with the permissions of its members. */
export type UserGroup = AnswerOf<'GET /admin/groups/:id'>

/** As many groups as pickers and filters offer. A deployment with more finds the rest on the page of groups. */
const MOST = 200

/** The groups to choose from. Needs `groups.view`. */
export const groupsQuery = queryOptions({
  queryKey: ['groups', 'choice'],
  queryFn: async ({ signal }) => (await ask('GET /admin/groups', { signal, query: { limit: MOST } })).groups,
})

/** One group. */
export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['groups', 'one', id],
    queryFn: ({ signal }) => ask('GET /admin/groups/:id', { params: { id }, signal }),
  })

/** All permissions that can be granted, with what each allows. Needs `groups.view`. */
export const permissionsQuery = queryOptions({
  queryKey: ['permissions'],
  queryFn: async ({ signal }) => (await ask('GET /admin/permissions', { signal })).permissions,
})
