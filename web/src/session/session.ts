import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ask, askAnybody, noteAccessToken } from '../api/api.ts'
import { announce } from './session-state.ts'

/** My account, with what I may do. */
export type Me = {
  id: number
  username: string
  email: string
  email_verified: boolean
  first_name: string
  last_name: string
  phone_number: string
  profile: Record<string, unknown>
  is_staff: boolean
  is_superuser: boolean
  created_at: string
  last_login_at: string | null
  groups: { id: number; name: string }[]
  permissions: string[]
}

type SignedIn = { mode: 'cookie'; expires_in: number; refresh_expires_in?: number }

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<Me>('GET', '/me', { signal }),
})

/** Signs in: the tokens go into cookies that no script can read. @throws Problem */
export async function signIn(credentials: { username: string; password: string }): Promise<void> {
  const answer = await askAnybody<SignedIn>('POST', '/login', { body: { ...credentials, mode: 'cookie' } })
  noteAccessToken(answer)
  announce({ kind: 'signed-in' })
}

/** Signs out here, and in all tabs of this browser. @throws Problem */
export async function signOut(queries: QueryClient): Promise<void> {
  await askAnybody('POST', '/logout')
  queries.clear()
  announce({ kind: 'signed-out' })
}

/** What somebody is called: by their name if they gave one. */
export function displayName({
  first_name,
  last_name,
  username,
}: Pick<Me, 'first_name' | 'last_name' | 'username'>): string {
  return `${first_name} ${last_name}`.trim() || username
}
