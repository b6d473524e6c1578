import type { Claims } from './claims.ts'
import { createEndedSessions } from './ended-sessions.ts'
import { messageOf, type Server, ServerFault } from './server.ts'
import type { VerifiedToken } from './verified-token.ts'
import { VerifyError } from './verify-error.ts'

/** How to follow the session feed. */
export type SessionEventOptions = {
  /** `NAME:SECRET`, one of Latchkey's SERVICE_CREDENTIALS. */
  credential: string
  /**
   * What happens to tokens while the feed cannot be reached. `accept` (the default): they are valid until they expire,
   * as without the feed. `refuse`: every request gets 503 once the feed has been silent for a minute.
   */
  whenUnreachable?: 'accept' | 'refuse' | undefined
  /**
   * The longest life of an access token, in seconds: at least Latchkey's `ACCESS_TOKEN_LIFETIME`. Default 3600. Ended
   * sessions are remembered for that long, and tokens that live longer are refused.
   */
  accessTokenLifetimeSeconds?: number | undefined
}

/** The same with its defaults. */
export type CheckedSessionEventOptions = {
  credential: string
  whenUnreachable: 'accept' | 'refuse'
  accessTokenLifetimeSeconds: number
}

/** Follows the session feed with one open request. */
export type SessionEvents = {
  /**
   * Refuses a token whose session has ended, or whose account was deactivated or deleted. The first call starts to
   * follow the feed and waits until it has read everything there is.
   *
   * @throws VerifyError `token_revoked`, `token_not_valid`, `unavailable`
   */
  check(token: VerifiedToken): Promise<void>
  /** Waits for the first reading. @throws Error if it failed */
  ready(): Promise<void>
  /** Stops following. */
  close(): void
}

type SessionEventParts = {
  server: Server
  url: string
  options: CheckedSessionEventOptions
  leewaySeconds: number
  /** Verifies the signature and the issuer of an event. @throws VerifyError */
  open(event: string): Promise<Claims>
  now(): number
  warn(message: string): void
}

/** How long the server keeps a request open when it has nothing to report. */
const WAIT_SECONDS = 25
const TIMEOUT_MS = 10_000
/** Longer than a request may take, so that a working feed never counts as silent. */
const LONGEST_SILENCE_MS = 60_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

export function createSessionEvents(parts: SessionEventParts): SessionEvents {
  const { server, url, options, open, now, warn } = parts
  const lifetimeMs = options.accessTokenLifetimeSeconds * 1_000
  // A minute more, because the clocks of server and verifier may differ.
  const ended = createEndedSessions(lifetimeMs + parts.leewaySeconds * 1_000 + 60_000)
  const stopping = new AbortController()
  let firstReading: Promise<void> | undefined
  let hasRead = false
  let lastReadAt = Number.NEGATIVE_INFINITY
  let lastError: unknown

  /** Follows until `close()`. `settle` is called once: after the first reading, or after the first failure. */
  async function follow(settle: () => void): Promise<void> {
    let after: string | undefined
    let pauseMs = FIRST_PAUSE_MS
    let mayWait = false
    while (!stopping.signal.aborted) {
      const askedAt = performance.now()
      try {
        const page = await read(after, mayWait)
        after = page.next
        const wasHurried = mayWait && page.events.length === 0 && performance.now() - askedAt < FIRST_PAUSE_MS
        mayWait = !page.has_more
        if (page.has_more) continue
        if (lastError !== undefined) warn('The session feed is followed again.')
        hasRead = true
        lastReadAt = now()
        lastError = undefined
        pauseMs = FIRST_PAUSE_MS
        settle()
        // Something in between responds instead of waiting. It must not be asked without a pause.
        if (wasHurried) await pause(FIRST_PAUSE_MS, stopping.signal)
      } catch (error) {
        if (stopping.signal.aborted) return settle()
        if (lastError === undefined) warn(`The session feed cannot be followed: ${messageOf(error)}`)
        lastError = error
        // The server does not know this position. Start at the beginning, which reports everything that matters.
        if (error instanceof ServerFault && error.status === 400) after = undefined
        mayWait = false
        settle()
        await pause(pauseMs, stopping.signal)
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
      }
    }
  }

  async function read(after: string | undefined, mayWait: boolean): Promise<FeedPage> {
    const query = new URLSearchParams({
      ...(mayWait && { wait: String(WAIT_SECONDS) }),
      ...(after !== undefined && { after }),
    })
    const answer = await server.ask(`${url}?${query}`, {
      credential: options.credential,
      timeoutMs: TIMEOUT_MS + (mayWait ? WAIT_SECONDS * 1_000 : 0),
      signal: stopping.signal,
    })
    const page = readPage(answer)
    for (const event of page.events) ended.record(await open(event), now())
    return page
  }

  function start(): Promise<void> {
    firstReading ??= new Promise((resolve) => void follow(resolve))
    return firstReading
  }

  /** If the feed cannot be read from the start, a setting is wrong. To make that visible, nobody gets in. */
  function findFault(): string | undefined {
    if (!hasRead && !isPassing(lastError)) return messageOf(lastError)
    const isSilent = now() - lastReadAt > LONGEST_SILENCE_MS
    if (options.whenUnreachable === 'refuse' && isSilent)
      return `it has been silent for a minute: ${messageOf(lastError)}`
    return undefined
  }

  return {
    async check(token) {
      if (!hasRead) await start()
      const fault = findFault()
      if (fault !== undefined) {
        throw new VerifyError('unavailable', {
          detail: `the session feed: ${fault}`,
          retryAfterSeconds: 5,
          cause: lastError,
        })
      }
      const end = ended.find(token)
      if (end !== undefined) throw new VerifyError('token_revoked', { endReason: end.reason })
      if (token.expiresAt - token.issuedAt > lifetimeMs) {
        throw new VerifyError('token_not_valid', {
          detail: 'it lives longer than accessTokenLifetimeSeconds: set that to ACCESS_TOKEN_LIFETIME of Latchkey',
        })
      }
    },
    async ready() {
      await start()
      if (!hasRead) throw new Error(`The session feed cannot be followed: ${messageOf(lastError)}`)
    },
    close: () => stopping.abort(),
  }
}

/** Whether waiting helps: Latchkey is away, or too busy. */
function isPassing(error: unknown): boolean {
  return error instanceof VerifyError ? error.code === 'unavailable' : error instanceof ServerFault && error.isPassing
}

type FeedPage = { events: string[]; next: string; has_more: boolean }

/** @throws ServerFault if it is not a page of the feed */
function readPage(answer: unknown): FeedPage {
  const { events, next, has_more } = Object(answer) as Partial<FeedPage>
  const areTexts = Array.isArray(events) && events.every((event) => typeof event === 'string')
  if (!areTexts || typeof next !== 'string') {
    throw new ServerFault('the answer is not a page of the feed', { isPassing: false })
  }
  return { events, next, has_more: has_more === true }
}

/** Waits, unless `signal` aborts it. On Node, it does not keep the process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(end, ms)
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
    signal.addEventListener('abort', end)

    function end(): void {
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
