import type { Me } from '@latchkey/client'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { ask, attempt, client } from '../api/api.ts'
import { Problem } from '../api/problem.ts'

export type { Me }

/** My account, with what I may do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => attempt(currentMe),
})

/** Asks for the account in a way that tells the client who is signed in. */
async function currentMe(): Promise<Me> {
  const me = await ask('GET /me')
  if (client.getState().status !== 'authenticated') await client.load()
  return me
}

/** Signs in: the tokens go into cookies that no script can read. @throws Problem */
export async function signIn(credentials: { username: string; password: string }): Promise<void> {
  const outcome = await attempt(() => client.login(credentials))
  if (outcome.status !== 'authenticated') throw new Problem({ status: 401, code: outcome.status })
}

/** Signs out here, and in all tabs of this browser. */
export async function signOut(queries: QueryClient): Promise<void> {
  // Here one is signed out at once, whether or not the server can be told.
  await client.logout().catch(() => {})
  queries.clear()
}

/** Why the session is over; undefined while it is not. Other tabs and refused requests are heard of too. */
export function useSessionEnd(): string | undefined {
  return useSyncExternalStore(client.subscribe, () => {
    const state = client.getState()
    return state.status === 'anonymous' ? (state.endReason ?? 'token_not_valid') : undefined
  })
}

/** What somebody is called: by their name if they gave one. */
export function displayName({
  first_name,
  last_name,
  username,
}: Pick<Me, 'first_name' | 'last_name' | 'username'>): string {
  return `${first_name} ${last_name}`.trim() || username
}
