import { isLatchkeyError, isRefusal, type LatchkeyError } from './errors.ts'
import type { Me } from './generated/routes.ts'
import { areOfOneSession, type Grant, isFresh, isOlder, sessionIdOf } from './grant.ts'
import { withLock } from './lock.ts'
import { createObservable, type EndReason, type Observable, type SessionState } from './session-state.ts'
import type { News, Tabs } from './tabs.ts'
import { letOthersFinish } from './taking-turns.ts'
import type { TokenCalls } from './token-calls.ts'
import type { Vault } from './vault.ts'

type SessionParts = {
  isCookieMode: boolean
  calls: TokenCalls
  /** Undefined: the tokens are only in memory, or in cookies. */
  vault: Vault | undefined
  /** The other tabs, if this client listens to them at the moment. */
  tabs: () => Tabs | undefined
  lock: { name: string; timeoutMs: number }
  onEnd: (reason: EndReason) => void
  now: () => number
}

/** The session of one client: what it holds, and how it is refreshed and ended. */
export type Session = {
  state: Observable<SessionState>
  /** What to send a request with, refreshed if necessary. Undefined: nobody is logged in. */
  usable(): Promise<Grant | undefined>
  /** What to repeat a refused request with. All callers at that time share one refresh. */
  renew(refused: Grant | undefined, sentAt: number): Promise<Grant | undefined>
  refresh(): Promise<Grant | undefined>
  /** Starts with the grant of a login. */
  begin(grant: Grant): Promise<void>
  /** Resolves with the state once the storage has been read. */
  restore(): Promise<void>
  logout(): Promise<void>
  /**
   * Resolves when no response to a refresh of a previous session can arrive any more: it would bring back that session's
   * cookies.
   */
  settled(): Promise<unknown>
  /** Stores who is logged in, if it is still the session of `seen`. */
  identify(account: Me, seen: number): void
  /** Increases whenever one session takes the place of another. */
  generation(): number
  /** Handles news from another tab. */
  hear(news: News): Promise<void>
}

/** Each round presents another token than the round before, so this many are never needed. */
const MOST_ROUNDS = 3

const STORAGE_DELAY_MS = 100

export function createSession({ isCookieMode, calls, vault, tabs, lock, onEnd, now }: SessionParts): Session {
  const state = createObservable<SessionState>({ status: 'loading', account: undefined })
  let grant: Grant | undefined
  let generation = 0
  let refreshing: Promise<Grant | undefined> | undefined
  /**
   * A refresh was sent and its response was lost. Only a repetition inside the server's retry window saves the session.
   */
  let isUnsettled = false
  let newsHeard = 0
  let lastNewsAt = Number.NEGATIVE_INFINITY
  /** In cookie mode: when another tab last sent a refresh, by the clock that the tabs share. */
  let refreshedElsewhereAt = Number.NEGATIVE_INFINITY
  /** By the same clock: when this tab first heard of such a refresh during its own. */
  let firstNewsAt = Number.POSITIVE_INFINITY
  /** Another tab has refreshed again since. The late response here brings older cookies. */
  let isOvertaken = false
  let abandoned: Promise<unknown> = Promise.resolve()
  let abandoning = new AbortController()

  function isUsable(one: Grant): boolean {
    return !isUnsettled && isFresh(one, now())
  }

  /** From here on, everything that began before no longer counts. */
  function replace(next: Grant | undefined): void {
    generation += 1
    if (refreshing) abandoned = Promise.allSettled([abandoned, refreshing])
    refreshing = undefined
    abandoning.abort()
    abandoning = new AbortController()
    isUnsettled = false
    grant = next
  }

  /** Adopts what another tab, or this one before a restart, has stored. @returns whether it has changed */
  async function adoptStored(): Promise<boolean> {
    const before = generation
    const stored = await vault?.read()
    if (stored === undefined || generation !== before || stored.accessToken === grant?.accessToken) return false
    if (grant && isOlder(stored, grant)) return false
    const { isSpent = false, ...adopted } = stored
    const isSameSession = grant !== undefined && areOfOneSession(grant, adopted)
    if (isSameSession) grant = adopted
    else {
      replace(adopted)
      state.set({ status: 'authenticated', account: undefined })
    }
    isUnsettled = isSpent
    return true
  }

  /** @param since a refresh by another tab since then is new enough */
  function refresh(since = now()): Promise<Grant | undefined> {
    if (refreshing) return refreshing
    const flight: Promise<Grant | undefined> = rotateInTurn(since).finally(() => {
      if (refreshing === flight) refreshing = undefined
    })
    refreshing = flight
    return flight
  }

  async function rotateInTurn(since: number): Promise<Grant | undefined> {
    const [begun, former] = [generation, grant]
    try {
      return await withLock(lock.name, lock.timeoutMs, () => rotate(begun, since))
    } catch (error) {
      // The last that this tab has adopted may have been sent by another tab, which may have its successor by now.
      if (generation === begun) await adoptStored()
      if (generation !== begun || (grant && grant !== former && isUsable(grant))) return grant
      throw error
    }
  }

  async function rotate(begun: number, since: number): Promise<Grant | undefined> {
    let refusal: LatchkeyError | undefined
    if (grant && refreshedElsewhereAt >= since) return grant
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const hasAdopted = await adoptStored()
      if (generation !== begun || (hasAdopted && grant && isUsable(grant))) return grant
      // A refused token that nobody has replaced: the session is over.
      if (refusal && !hasAdopted && !isCookieMode) break
      const sent = grant
      if (!isCookieMode && sent?.refreshToken === undefined) return undefined
      const heard = newsHeard
      const outcome = await present(sent, begun)
      if (generation !== begun) {
        // If another session took the place of this one, the cookies belong to it.
        const isOurs = !isCookieMode || state.get().status === 'anonymous'
        if ('grant' in outcome && isOurs) await calls.logout(outcome.grant).catch(() => {})
        return grant
      }
      if ('grant' in outcome) {
        if (isOvertaken && round < MOST_ROUNDS - 1) continue
        grant = outcome.grant
        if (isCookieMode && state.get().status !== 'authenticated')
          state.set({ status: 'authenticated', account: undefined })
        await store(grant)
        tabs()?.tell({ type: 'refresh', expiresIn: grant.expiresIn, sentAt: grant.receivedAt })
        return grant
      }
      refusal = outcome.refusal
      // Another tab has changed the cookies in the meantime.
      if (isCookieMode && newsHeard === heard) break
    }
    if (refusal) await endBy(refusal)
    return undefined
  }

  async function present(
    sent: Grant | undefined,
    begun: number,
  ): Promise<{ grant: Grant } | { refusal: LatchkeyError }> {
    const isWanted = () => generation === begun
    // What another tab has stored in the meantime is newer, and a token from before it may be a replay by now.
    const mayRepeat = async () => isWanted() && (isCookieMode || (grant === sent && !(await adoptStored())))
    if (sent) await vault?.write({ ...sent, isSpent: true }, isWanted)
    if (isWanted()) isUnsettled = true
    firstNewsAt = Number.POSITIVE_INFINITY
    isOvertaken = false
    try {
      // A response that nobody waits for must not change the cookies. Browsers ignore the cookies of an aborted
      // request.
      const next = await calls.refresh(sent, mayRepeat, isCookieMode ? abandoning.signal : undefined)
      if (isWanted()) isUnsettled = false
      return { grant: next }
    } catch (error) {
      if (!isLatchkeyError(error)) throw error
      if (isRefusal(error)) return { refusal: error }
      // After a status below 500, or a response that says "later", the token is not used up.
      if (isWanted() && error.status > 0 && (error.status < 500 || error.status === 503)) isUnsettled = false
      throw error
    }
  }

  async function store(one: Grant): Promise<void> {
    const begun = generation
    await vault?.write(one, () => generation === begun)
  }

  async function endBy(refusal: LatchkeyError): Promise<void> {
    const hadCookie = refusal.code !== 'not_authenticated'
    const wasThere = state.get().status === 'authenticated' || (isCookieMode ? hadCookie : true)
    const reason = refusal.code === 'unexpected_answer' ? 'token_not_valid' : refusal.code
    await end(reason as EndReason, { wasThere })
    // Otherwise the browser would present the dead cookies again at the next visit.
    if (isCookieMode && hadCookie) await calls.logout(undefined).catch(() => {})
  }

  async function end(reason: EndReason, { wasThere, isNews = false }: { wasThere: boolean; isNews?: boolean }) {
    const session = sessionIdOf(grant)
    replace(undefined)
    const removed = isNews ? undefined : vault?.remove()
    state.set({ status: 'anonymous', account: undefined, endReason: wasThere ? reason : undefined })
    if (wasThere) onEnd(reason)
    // Other tabs read the storage when they hear of it, so nothing of this session may be left there.
    await removed
    if (wasThere && !isNews) tabs()?.tell({ type: 'end', reason, session })
  }

  async function restore(): Promise<void> {
    if (isCookieMode || state.get().status !== 'loading') return
    await adoptStored()
    if (state.get().status === 'loading') {
      state.set({ status: 'anonymous', account: undefined, endReason: undefined })
    }
  }

  /** In bearer mode the storage decides, not the news from other tabs. */
  async function hearOfStorage(news: News): Promise<void> {
    if (await adoptStored()) return
    if (news.type === 'login') {
      // A browser may show another process the storage as it was a moment ago.
      await new Promise((resolve) => setTimeout(resolve, STORAGE_DELAY_MS))
      await adoptStored()
    }
    if (news.type !== 'end' || state.get().status !== 'authenticated') return
    const isOurs = news.session === undefined ? !(await vault?.read()) : news.session === sessionIdOf(grant)
    if (isOurs) await end(news.reason, { wasThere: true, isNews: true })
  }

  return {
    state,
    async usable() {
      await restore()
      if (!grant || isUsable(grant)) return grant
      try {
        return await refresh()
      } catch (error) {
        if (grant && isFresh(grant, now(), false)) return grant
        throw error
      }
    },
    async renew(refused, sentAt) {
      if (grant && grant !== refused) return grant
      // It is known that nobody is logged in.
      if (!grant && state.get().status === 'anonymous') return undefined
      return refresh(sentAt)
    },
    refresh: async () => {
      const since = now()
      await restore()
      if (vault) await letOthersFinish({ grant, lastNewsAt, now: now() })
      return refresh(since)
    },
    async begin(next) {
      replace(next)
      state.set({ status: 'authenticated', account: undefined })
      await store(next)
      tabs()?.tell({ type: 'login' })
    },
    restore,
    async logout() {
      await restore()
      const last = grant
      const wasThere = state.get().status === 'authenticated'
      await end('logout', { wasThere })
      if (isCookieMode || last) await calls.logout(last)
    },
    settled: () => abandoned,
    identify(account, seen) {
      if (generation !== seen) return
      grant ??= isCookieMode ? { expiresIn: undefined, receivedAt: now() } : undefined
      state.set({ status: 'authenticated', account })
    },
    generation: () => generation,
    async hear(news) {
      newsHeard += 1
      lastNewsAt = now()
      const { status } = state.get()
      if (!isCookieMode) {
        await hearOfStorage(news)
      } else if (news.type === 'end') {
        await end(news.reason, { wasThere: status === 'authenticated', isNews: true })
      } else if (news.type === 'login') {
        replace(undefined)
        state.set({ status: 'loading', account: undefined })
      } else if (news.type === 'refresh' && grant) {
        if (news.sentAt >= firstNewsAt) isOvertaken = true
        firstNewsAt = Math.min(firstNewsAt, now())
        // The same grant, only fresher. If a request that was sent after that refresh is refused, this tab has to refresh.
        Object.assign(grant, { expiresIn: news.expiresIn, receivedAt: news.sentAt })
        refreshedElsewhereAt = news.sentAt
      }
    },
  }
}
