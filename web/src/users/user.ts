import type { AnswerOf } from '@latchkey/client'
import { queryOptions } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { ask } from '../api/api.ts'
import { useMe } from '../session/session-gate.tsx'

/** An account with its rights, as administrators see it. */
export type User = AnswerOf<'GET /admin/users/:id'>

/** An account as a row of the list. */
export type ListedUser = AnswerOf<'GET /admin/users'>['users'][number]

/** The account with an id. */
export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id],
    queryFn: ({ signal }) => ask('GET /admin/users/:id', { params: { id }, signal }),
  })

const UserContext = createContext<User | undefined>(undefined)

/** Passes the account to the pages below. */
export const UserProvider = UserContext.Provider

/** The account that the page is about. Only below `UserLayout`. */
export function useUser(): User {
  const user = use(UserContext)
  if (user === undefined) throw new Error('this page is about no account')
  return user
}

/**
 * Whether the signed-in administrator may reach this account at all: superusers belong to superusers, and staff with more
 * permissions are out of reach. The server decides; the pages hide what it would refuse.
 */
export function useMayReach(): (user: User) => boolean {
  const me = useMe()
  return (user) => {
    if (me.is_superuser) return true
    if (user.is_superuser) return false
    return !user.is_staff || user.permissions.every((permission) => me.permissions.includes(permission))
  }
}
