import type { Me, SecondFactorChallenge } from '@latchkey/client'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { attempt, client, refreshIfDue } from '../api/api.ts'

export type { Me, SecondFactorChallenge }

/** My account, with what I may do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => attempt(currentMe),
})

/** Fetches the account in a way that tells the client who is signed in. */
async function currentMe(): Promise<Me> {
  await refreshIfDue()
  return client.me()
}

/** Signs out here, and in all tabs of this browser. */
export async function signOut(queries: QueryClient): Promise<void> {
  // Here the user is signed out at once, even if the server cannot be reached.
  await client.logout().catch(() => {})
  queries.clear()
}

/** Why the session is over; undefined while it is not. It may have ended in another tab or by a refused request. */
export function useSessionEnd(): string | undefined {
  return useSyncExternalStore(client.subscribe, () => {
    const state = client.getState()
    return state.status === 'anonymous' ? (state.endReason ?? 'token_not_valid') : undefined
  })
}

/** How to address somebody: by their name if they gave one. */
export function displayName({
  first_name,
  last_name,
  username,
}: Pick<Me, 'first_name' | 'last_name' | 'username'>): string {
  return `${first_name} ${last_name}`.trim() || username
}
