import type { Account } from '../../accounts/account.ts'
import { findAccount, findAccounts } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Session, type SessionEndReason, sessionEnd } from '../../sessions/session.ts'
import { type SessionFilter, type SessionPosition, searchSessions } from '../../sessions/session-search-store.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'

/** A session with its account, and why it ended. */
export type ListedSession = {
  session: Session
  /** Undefined: the account no longer exists. */
  account: Account | undefined
  /** Undefined while it is running. */
  endReason: SessionEndReason | undefined
}

/** Which sessions to list. */
export type SessionListing = {
  filter: Omit<SessionFilter, 'state' | 'aliveAt'>
  /** `living`, `over`, or both. */
  state: 'living' | 'over' | 'all'
  after?: SessionPosition | undefined
  limit: number
}

/** A page may be short, even empty, although another one follows. */
type ListedPage = { sessions: ListedSession[]; end: SessionPosition | undefined }

/** Lists sessions that are still stored, newest first. */
export type ListSessions = (listing: SessionListing) => Promise<ListedPage>

type ListSessionsParts = {
  database: Database
  clock: Clock
  settings: { endSessionsOnDeactivation: boolean }
}

export function createListSessions({ database, clock, settings }: ListSessionsParts): ListSessions {
  return async ({ filter, state, after, limit }) => {
    const now = clock.now()
    const narrowed = state === 'living' ? { ...filter, state: 'unended' as const, aliveAt: now } : filter
    const { sessions, end } = await searchSessions(database.read, { filter: narrowed, after, limit })
    const accounts = await findAccounts(database.read, [...new Set(sessions.map(({ accountId }) => accountId))])
    const listed = sessions.map((session) => {
      const account = accounts.get(session.accountId)
      return { session, account, endReason: sessionEnd(session, account, now, settings) }
    })
    const isWanted = ({ endReason }: ListedSession) =>
      state === 'all' || (endReason === undefined) === (state === 'living')
    return { sessions: listed.filter(isWanted), end }
  }
}

/** Finds a session that is still stored. @throws AuthError `not_found` */
export type GetSession = (id: string) => Promise<ListedSession>

export function createGetSession({ database, clock, settings }: ListSessionsParts): GetSession {
  return async (id) => {
    const session = await findSession(database.read, id)
    if (session === undefined) throw new AuthError('not_found')
    const account = await findAccount(database.read, session.accountId)
    return { session, account, endReason: sessionEnd(session, account, clock.now(), settings) }
  }
}

/** All sessions of an account, page by page. */
export async function* sessionsOfAccount(
  list: ListSessions,
  accountId: number,
  state: SessionListing['state'],
): AsyncGenerator<ListedSession[]> {
  let after: SessionPosition | undefined
  do {
    const page = await list({ filter: { accountId }, state, after, limit: 200 })
    yield page.sessions
    after = page.end
  } while (after !== undefined)
}
