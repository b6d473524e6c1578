import type { RequestInput } from '@latchkey/client'
import type { ListState } from '../lists/list-state.ts'
import { periodOf } from '../lists/list-state.ts'

type ListQuery = NonNullable<RequestInput<'GET /admin/users'>['query']>

/** The filters that are set, in the form that the API takes. */
export type UserFilter = Omit<ListQuery, 'order' | 'cursor' | 'limit'>

/** The filters in the address of the list. Invalid ones are left out. */
export function userFilterOf({ values }: Pick<ListState, 'values'>): UserFilter {
  const created = periodOf(values.created_from, values.created_to)
  const lastLogin = periodOf(values.last_login_from, values.last_login_to)
  const group = Number(values.group)
  return withoutUndefined({
    search: values.search,
    // A search for beginnings of words uses an index. A search anywhere in the text is slower, so the reader must choose it.
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
