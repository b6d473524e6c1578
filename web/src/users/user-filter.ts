import type { RequestInput } from '@latchkey/client'
import type { ListState } from '../lists/list-state.ts'
import { periodOf } from '../lists/list-state.ts'

type ListQuery = NonNullable<RequestInput<'GET /admin/users'>['query']>

/** The conditions of the list that are set, as the API takes them. */
export type UserFilter = Omit<ListQuery, 'order' | 'cursor' | 'limit'>

/** The conditions that the address of the list names. What makes no sense there is left out. */
export function userFilterOf({ values }: Pick<ListState, 'values'>): UserFilter {
  const created = periodOf(values.created_from, values.created_to)
  const lastLogin = periodOf(values.last_login_from, values.last_login_to)
  const group = Number(values.group)
  return withoutUndefined({
    search: values.search,
    // Beginnings of words come from an index. A search anywhere in the text is slower, so it must be chosen.
    match: values.search === undefined ? undefined : values.match === 'anywhere' ? 'anywhere' : 'prefix',
    is_active: flagOf(values.is_active),
    is_staff: flagOf(values.is_staff),
    is_superuser: flagOf(values.is_superuser),
    email_verified: flagOf(values.email_verified),
    second_factor: flagOf(values.second_factor),
    group: Number.isSafeInteger(group) && group > 0 ? group : undefined,
    created_from: created.from,
    created_before: created.before,
    last_login_from: lastLogin.from,
    last_login_before: lastLogin.before,
  })
}

function flagOf(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined
}

function withoutUndefined(filter: Record<string, unknown>): UserFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
