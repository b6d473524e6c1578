import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embed, type Latchkey, type LatchkeyOptions } from './app/embedded.ts'
import { commandLine } from './flows/rights/actor.ts'
import type { Hooks } from './hooks/hooks.ts'
// The modules that a server needs. A test loads them together with its imports, so that its first Latchkey is ready sooner.
import './http/http.ts'
import './metrics/exposition.ts'
import { systemClock } from './platform/clock.ts'
import { requireRecentNode } from './platform/node-version.ts'
import { randomId, randomSecret, systemRandom } from './platform/random.ts'

/** The data of a test account; missing values are generated. */
export type TestAccountFacts = {
  username?: string
  email?: string
  password?: string
  isStaff?: boolean
  isSuperuser?: boolean
}

/** An account with the password that logs it in. */
export type TestAccount = Required<TestAccountFacts> & {
  id: number
  /** The `sub` of its tokens. */
  uid: string
}

/** The tokens of one new session. */
export type TestTokens = { access: string; refresh: string }

/** An email that would have been sent. */
export type TestMail = { to: string; subject: string; text: string; html: string; links: string[] }

/** A real Latchkey for the tests of an application. */
export type TestLatchkey = Latchkey & {
  /** Where it listens: `http://127.0.0.1:PORT`. It is also the issuer of the tokens. */
  url: string
  /** The time of this Latchkey: the system's time plus what was added. */
  clock: { now(): number; advance(ms: number): void }
  /** The lines of the log so far, as JSON. */
  log: readonly string[]
  /** Creates an account that can log in. Missing `facts` are generated. */
  createAccount(facts?: TestAccountFacts): Promise<TestAccount>
  /** Logs an account in. @param claims are added to the access token; they cannot replace Latchkey's own */
  tokensFor(account: Pick<TestAccount, 'username' | 'password'>, claims?: Record<string, unknown>): Promise<TestTokens>
  /** The emails so far, newest first. */
  mailbox(): Promise<TestMail[]>
  /** The JWK Set that verifies the access tokens (RFC 7517). */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>
}

/**
 * Starts a Latchkey on a free port of 127.0.0.1, with its own database that is deleted by `close()`, cheap password
 * hashing, no rate limits, and a clock that the test moves.
 *
 * @param options settings, hooks and log, as for `createLatchkey`
 */
export async function createTestLatchkey(options: LatchkeyOptions = {}): Promise<TestLatchkey> {
  requireRecentNode()
  for (let triesLeft = PORT_TRIES; ; triesLeft -= 1) {
    try {
      return await startTestLatchkey(options)
    } catch (error) {
      // Another process has taken the port that was free.
      const mayBeFreeElsewhere = options.PORT === undefined && Object(error).code === 'EADDRINUSE'
      if (!mayBeFreeElsewhere || triesLeft === 0) throw error
    }
  }
}

const PORT_TRIES = 10

async function startTestLatchkey(options: LatchkeyOptions): Promise<TestLatchkey> {
  const folder = mkdtempSync(join(memoryFolder(), 'latchkey-test-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  let offsetMs = 0
  const clock = {
    now: () => systemClock.now() + offsetMs,
    advance(ms: number) {
      offsetMs += ms
    },
  }
  const log: string[] = []
  const claimsOfLogin = new Map<string, Record<string, unknown>>()
  try {
    const { latchkey, app } = await embed(
      {
        DEBUG: true,
        // An application's tests may need tokens of its real issuer.
        DEBUG_ON_PUBLIC_URL: true,
        SECRET_KEY: randomSecret(systemRandom),
        DATABASE_URL: `sqlite:${join(folder, 'latchkey.sqlite3')}`,
        PORT: await freePort(),
        RATE_LIMITS: 'off',
        HASH_MEMORY_KIB: 64,
        HASH_PASSES: 1,
        log: (lines) => void log.push(...lines.split('\n').filter((line) => line !== '')),
        ...options,
        hooks: withClaims(options.hooks, claimsOfLogin),
      },
      clock,
    )
    const url = await latchkey.listen().catch(async (error) => {
      await latchkey.close()
      throw error
    })
    const post = (path: string, body: object) => postJson(`${url}/api/v1/${path}`, body)
    return {
      ...latchkey,
      url,
      clock,
      log,
      async createAccount(facts = {}) {
        const username = facts.username ?? `user-${randomId(systemRandom).slice(0, 8)}`
        const { email = `${username}@example.org`, password = randomSecret(systemRandom) } = facts
        const { isStaff = false, isSuperuser = false } = facts
        const flags = { isStaff, isSuperuser, isEmailVerified: true }
        const made = { username, email, password, phoneNumber: '', firstName: '', lastName: '', ...flags }
        const { id, uid } = (await app.accounts.create(made, commandLine)).account
        return { id, uid, username, email, password, isStaff, isSuperuser }
      },
      async tokensFor({ username, password }, claims = {}) {
        claimsOfLogin.set(username, claims)
        const { access_token: access, refresh_token: refresh } = await post('login', { username, password })
        return { access: String(access), refresh: String(refresh) }
      },
      async mailbox() {
        const mails = (await app.readMailbox?.()) ?? []
        return mails.map(({ to, subject, text, html, links }) => ({ to, subject, text, html, links }))
      },
      async jwks() {
        const answer = await fetch(`${url}/.well-known/jwks.json`)
        return (await answer.json()) as { keys: Record<string, unknown>[] }
      },
      async close() {
        await latchkey.close()
        removeFolder()
      },
    }
  } catch (error) {
    removeFolder()
    throw error
  }
}

/** A folder in memory, where the system has one: Linux does. */
function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}

/** The issuer of the tokens contains the port, so it must be known before the server is built. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** The application's hooks, and one that adds a test's claims to the tokens of an account. */
function withClaims(hooks: Hooks = {}, claimsByName: ReadonlyMap<string, Record<string, unknown>>): Hooks {
  return {
    ...hooks,
    async beforeToken(event, context) {
      const answer = await hooks.beforeToken?.(event, context)
      const claims = claimsByName.get(event.account.username)
      if (claims === undefined || (answer && 'refuse' in answer)) return answer
      return { claims: { ...(answer && 'claims' in answer && answer.claims), ...claims } }
    },
  }
}

/** @throws Error with the server's response, unless it succeeded */
async function postJson(url: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}
