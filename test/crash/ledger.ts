import { sendJson } from '../support/http-client.ts'

/** What a server has confirmed to one user, who does one thing after another. */
type Ledger = {
  /** Accounts that were registered; the user's own is the first. */
  usernames: string[]
  /** The passwords that the user's own account has had. */
  passwords: string[]
  /** The password that it last asked for. */
  askedPassword: string
  /** Refresh tokens of one session, in the order in which they were issued. */
  refreshTokens: string[]
  /** Refresh tokens of sessions that were logged out. */
  endedTokens: string[]
  titles: string[]
}

export const PASSWORD = 'correct horse 9'

type Load = {
  ledgers: readonly Ledger[]
  /** Resolves as soon as this many operations were confirmed. */
  acknowledged(count: number): Promise<void>
  /** Resolves when every user has met a failed connection, and stopped. */
  ended: Promise<unknown>
}

/**
 * Puts a server under the load of so many users at once: each signs up, logs in, and then refreshes, writes a post, signs
 * up somebody else, changes the password, logs in on another device and out again, over and over, until a connection
 * fails. Whatever is answered otherwise than with success
 * makes `ended` fail.
 */
export function startLoad(url: string, users: number): Load {
  const ledgers = Array.from({ length: users }, newLedger)
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
      const [password, next] = [ledger.askedPassword, `${PASSWORD} ${turn}`]
      ledger.askedPassword = next
      await post('/api/change-password/', { old_password: password, new_password: next }, tokens.access)
      note(ledger.passwords, next)
      const other = await post('/api/login/', { username: `user${user}`, password: next })
      await post('/api/token/blacklist/', { refresh: other.refresh })
      note(ledger.endedTokens, other.refresh)
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
        // If all of them stop before that, the reason is what the test must show.
        ended.then(() => {
          throw new Error(`the load ended after ${total}`)
        }),
      ]),
    ended,
  }
}

function newLedger(): Ledger {
  const passwords = [PASSWORD]
  return { usernames: [], passwords, askedPassword: PASSWORD, refreshTokens: [], endedTokens: [], titles: [] }
}

/** Compares a server with what was confirmed before: empty lists if nothing was lost and nothing came back. */
export async function compareWithLedgers(url: string, ledgers: readonly Ledger[]) {
  const lost: string[] = []
  const revived: string[] = []
  const post = (path: string, body: object) => sendJson(url, 'POST', path, { body })
  const logIn = (username: string, password: string) => post('/api/login/', { username, password })

  for (const { usernames, passwords, askedPassword, refreshTokens, endedTokens } of ledgers) {
    const [own, ...others] = usernames
    if (own === undefined) continue
    for (const username of others) {
      const { status } = await logIn(username, PASSWORD)
      if (status !== 200) lost.push(`the account ${username}: ${status}`)
    }
    const [password = '', former] = passwords.toReversed()
    const attempts = await Promise.all([password, askedPassword].map((one) => logIn(own, one)))
    if (attempts.every(({ status }) => status !== 200)) lost.push(`the password of ${own}`)
    if (former !== undefined && (await logIn(own, former)).status !== 401) revived.push(`a password of ${own}`)
    // Its successor may have been created without a response. Then the refresh is repeated, inside the retry window.
    const newest = await post('/api/token/refresh/', { refresh: refreshTokens.at(-1) })
    if (newest.status !== 200) lost.push(`the session of ${own}: ${newest.text}`)
    for (const refresh of [...endedTokens, ...refreshTokens.slice(0, -2)].slice(-10)) {
      const { status } = await post('/api/token/refresh/', { refresh })
      if (status !== 401) revived.push(`a token of ${own}: ${status}`)
    }
  }

  await post('/api/users/', { username: 'reader', password: PASSWORD })
  const { json: tokens } = await logIn('reader', PASSWORD)
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
    // Otherwise tokens would name the port as their issuer, and the next process has another one.
    PUBLIC_URL: 'http://latchkey.test',
    DEBUG_ON_PUBLIC_URL: 'true',
    SAMPLE_RESOURCES: 'true',
    RATE_LIMITS: 'off',
    HASH_MEMORY_KIB: '64',
    HASH_PASSES: '1',
    REFRESH_RETRY_WINDOW: '5m',
  }
}
