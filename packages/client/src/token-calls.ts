import { isLatchkeyError } from './errors.ts'
import { type Grant, readGrant } from './grant.ts'
import { readAnswer, type Transport } from './transport.ts'

/** The requests that a session itself sends. */
export type TokenCalls = {
  /**
   * Sends a refresh, and repeats it if its response may have been lost: the server returns the same one inside its
   * retry window.
   *
   * @param mayRepeat asked before each repetition
   * @param signal aborts it at once
   */
  refresh(sent: Grant | undefined, mayRepeat: () => Promise<boolean>, signal: AbortSignal | undefined): Promise<Grant>
  /** Ends the session on the server. It succeeds as well if the session has already ended. */
  logout(last: Grant | undefined): Promise<void>
}

type TokenCallParts = {
  transport: Transport
  now: () => number
  /** How long to wait before each repetition of a refresh, in milliseconds. */
  retryDelaysMs: readonly number[]
  /** How long to wait for the response to the last attempt, in milliseconds. */
  timeoutMs: number
}

/**
 * How long to wait for a refresh that will be repeated, in milliseconds. A repetition must come within the server's
 * REFRESH_RETRY_WINDOW, 10 seconds by default. Otherwise the server treats it as a stolen token.
 */
const REPEATED_AFTER_MS = 3_000

export function createTokenCalls({ transport, now, retryDelaysMs, timeoutMs }: TokenCallParts): TokenCalls {
  const bodyOf = (grant: Grant | undefined) => (grant?.refreshToken ? { refresh_token: grant.refreshToken } : {})

  return {
    async refresh(sent, mayRepeat, signal) {
      for (let attempt = 0; ; attempt += 1) {
        const delayMs = retryDelaysMs[attempt]
        try {
          const sentAt = now()
          const answer = await transport({
            method: 'POST',
            path: '/refresh',
            body: bodyOf(sent),
            signal,
            timeoutMs: delayMs === undefined ? timeoutMs : Math.min(timeoutMs, REPEATED_AFTER_MS),
          })
          return readGrant(answer, sentAt, sent)
        } catch (error) {
          if (delayMs === undefined || !isLost(error)) throw error
          await new Promise((resolve) => setTimeout(resolve, delayMs))
          if (!(await mayRepeat())) throw error
        }
      }
    },
    async logout(last) {
      try {
        readAnswer(await transport({ method: 'POST', path: '/logout', body: bodyOf(last) }))
      } catch (error) {
        if (!isLatchkeyError(error) || error.status !== 401) throw error
      }
    },
  }
}

/** Whether the server may have acted without our knowledge. */
function isLost(error: unknown): boolean {
  return isLatchkeyError(error) && (error.status === 0 || (error.status >= 500 && error.status !== 503))
}
