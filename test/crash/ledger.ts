import { sendJson } from '../support/http-client.ts'

/** What a server has acknowledged to one user, who does one thing after the other. */
export type Ledger = {
  /** Accounts that were signed up; the user's own is the first. */
  usernames: string[]
  /** Refresh tokens in the order they were given out, of one session. */
  refreshTokens: string[]
  titles: string[]
}

export const PASSWORD = 'correct horse 9'

export type Load = {
  ledgers: readonly Ledger[]
  /** Kept as soon as so many things were acknowledged. */
  acknowledged(count: number): Promise<void>
  /** Kept when every user has met a connection that failed, and stopped. */
  ended: Promise<unknown>
}

/**
 * Puts a server under the load of so many users at once: each signs up, logs in, and then refreshes, writes a post and
 * signs up somebody else, over and over, until a connection fails. Whatever is answered otherwise than with success
 * makes `ended` fail.
 */
export function startLoad(url: string, users: number): Load {
  const ledgers = Array.from({ length: users }, (): Ledger => ({ usernames: [], refreshTokens: [], titles: [] }))
  const waiting: { count: number; resolve: () => void }[] = []
  let total = 0

  function note(list: string[], entry: string): void {
    list.push(entry)
    total += 1
    for (const { count, resolve } of waiting) if (total >= count) resolve()
  }

  async function act(ledger: Ledger, user: number): Promise<void> {
    const signUp = async (username: string) => {
      await post('/api/users/', { username, password: PASSWORD })
      note(ledger.usernames, username)
    }
    const post = async (path: string, body: object, token?: string) => {
      const { status, json, text } = await sendJson(url, 'POST', path, { body, ...(token !== undefined && { token }) })
      if (status !== 200 && status !== 201) throw new Error(`${path} was answered with ${status} ${text}`)
      return json as { access: string; refresh: string }
    }
    await signUp(`user${user}`)
    let tokens = await post('/api/login/', { username: `user${user}`, password: PASSWORD })
    note(ledger.refreshTokens, tokens.refresh)
    for (let turn = 0; ; turn++) {
      tokens = await post('/api/token/refresh/', { refresh: tokens.refresh })
      note(ledger.refreshTokens, tokens.refresh)
      const title = `${turn} of ${user}`
      await post('/api/posts/', { title, content: 'a' }, tokens.access)
      note(ledger.titles, title)
      await signUp(`user${user}-${turn}`)
    }
  }

  const isLostConnection = (error: unknown) =>
    error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(String(error.code))

  const ended = Promise.all(
    ledgers.map(async (ledger, user) => {
      try {
        await act(ledger, user)
      } catch (error) {
        if (!isLostConnection(error)) throw error
      }
    }),
  )
  return {
    ledgers,
    acknowledged: (count) =>
      Promise.race([
        new Promise<void>((resolve) => waiting.push({ count, resolve })),
        // Should all stop before that, the reason is what the test wants to show.
        ended.then(() => {
          throw new Error(`the load ended after ${total}`)
        }),
      ]),
    ended,
  }
}

/** How a server stands to what was acknowledged before: empty lists where nothing is lost and nothing came back. */
export async function compareWithLedgers(url: string, ledgers: readonly Ledger[]) {
  const lost: string[] = []
  const revived: string[] = []
  const post = (path: string, body: object) => sendJson(url, 'POST', path, { body })

  for (const { usernames, refreshTokens } of ledgers) {
    for (const username of usernames) {
      const { status } = await post('/api/login/', { username, password: PASSWORD })
      if (status !== 200) lost.push(`the account ${username}: ${status}`)
    }
    // Its successor may have been made and never told of: then it is repeated, inside the retry window.
    const newest = await post('/api/token/refresh/', { refresh: refreshTokens.at(-1) })
    if (newest.status !== 200) lost.push(`the session of ${usernames[0]}: ${newest.text}`)
    const spent = await post('/api/token/refresh/', { refresh: refreshTokens.at(-3) })
    if (spent.status !== 401) revived.push(`a spent token of ${usernames[0]}: ${spent.status}`)
  }

  const [first] = ledgers
  const { json: tokens } = await post('/api/login/', { username: first?.usernames[0], password: PASSWORD })
  const { json } = await sendJson(url, 'GET', '/api/posts/', { token: (tokens as { access: string }).access })
  const titles = new Set((json as { title: string }[]).map((post) => post.title))
  for (const { titles: written } of ledgers) {
    lost.push(...written.filter((title) => !titles.has(title)).map((title) => `the post ${title}`))
  }
  const known = ledgers.reduce((sum, ledger) => sum + ledger.titles.length, 0)
  return { lost, revived, postsNeverAcknowledged: titles.size - known }
}

/** A server on a given database, with cheap hashing and no limits. */
export function crashSettings(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    SECRET_KEY: 'a-secret-key-for-tests-only-0123456789',
    // Else tokens would name the port as their issuer, and the next process has another one.
    PUBLIC_URL: 'http://latchkey.test',
    SAMPLE_RESOURCES: 'true',
    RATE_LIMITS: 'off',
    HASH_MEMORY_KIB: '64',
    HASH_PASSES: '1',
    REFRESH_RETRY_WINDOW: '5m',
  }
}
