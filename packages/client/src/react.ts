import { createContext, createElement, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react'
import type { Client, SessionState } from './client.ts'

const ClientContext = createContext<Client | undefined>(undefined)

/**
 * Passes a client to the hooks below it. Create the client outside of any component, because it must outlive every
 * render.
 */
export function LatchkeyProvider({ client, children }: { client: Client; children?: ReactNode }): ReactNode {
  return createElement(ClientContext.Provider, { value: client }, children)
}

/** The client of the nearest provider. @throws Error if there is none */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('There is no client here: put <LatchkeyProvider client={…}> around this.')
  return client
}

/**
 * The state of the session, and the client to change it. The first component that calls this makes the client find out
 * whether a user is logged in. On the server and during hydration, the session is `loading`.
 */
export function useSession(): SessionState & { readonly client: Client } {
  const client = useClient()
  const state = useSyncExternalStore(client.subscribe, client.getState, getServerState)
  const needsLoading = state.account === undefined && state.status !== 'anonymous'
  useEffect(() => {
    if (needsLoading) void client.load()
  }, [client, needsLoading])
  return { ...state, client }
}

const serverState: SessionState = { status: 'loading', account: undefined }
const getServerState = () => serverState
