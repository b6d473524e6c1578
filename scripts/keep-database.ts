/*
 * Stores databases as this version creates them, for the upgrade test: `npm run keep-database`. It builds the server,
 * runs it on SQLite and on a PostgreSQL of its own, and uses it as people do. Then it writes to
 * `test/upgrade/kept/VERSION/`: `database.sqlite3.gz`, `database.sql`, and for each a JSON file with the facts that the
 * test needs. VERSION is that of package.json. It needs Debian's package `postgresql`. Run it last before a release:
 * the release check refuses databases that lack a migration.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { Secret, TOTP } from 'otpauth'
import { startPostgres } from '../test/support/postgres-server.ts'

const SECRET_KEY = 'kept-databases-are-opened-with-this-key-only'
const PASSWORD = 'Kestrel-over-7-hills'

/** Settings that the stored data depends on, so the upgrade test needs them too. */
const settings = {
  ISSUER: 'https://kept.example',
  SAMPLE_RESOURCES: 'true',
  DJOSER: 'true',
  // djoser changes these defaults.
  ROTATE_REFRESH_TOKENS: 'true',
  CARRY_OVER_SECRET: 'the-secret-key-of-the-django-project-0123456789',
  CARRY_OVER_UNTIL: '2099-12-31',
}

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
// pg_dump must have the version of the server, because it refuses a newer server.
const [initdb] = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted().reverse()
if (initdb === undefined) {
  console.error('PostgreSQL is missing: apt-get install postgresql')
  process.exit(1)
}
const programs = dirname(initdb)
const kept = join(root, 'test/upgrade/kept', version)
mkdirSync(kept, { recursive: true })
const folder = mkdtempSync(join(tmpdir(), 'latchkey-kept-'))
const postgres = await startPostgres({ programs })
try {
  const file = join(folder, 'latchkey.sqlite3')
  keepFacts('sqlite', await serveAndUse(`sqlite:${file}`))
  const copy = join(folder, 'copy.sqlite3')
  const database = new DatabaseSync(file)
  database.prepare('vacuum into ?').run(copy)
  database.close()
  writeFileSync(join(kept, 'database.sqlite3.gz'), gzipSync(readFileSync(copy), { level: 9 }))

  keepFacts('postgres', await serveAndUse(postgres.url))
  const options = ['--no-owner', '--no-privileges', '--inserts', '--dbname', postgres.url]
  const dump = execFileSync(join(programs, 'pg_dump'), options, { encoding: 'utf8' })
  // Commands of psql and settings that exist only in some versions of PostgreSQL.
  const portable = dump
    .split('\n')
    .filter((line) => !/^(\\|--|SET (transaction_timeout|default_table_access))/.test(line))
  writeFileSync(join(kept, 'database.sql'), portable.join('\n').replaceAll(/\n{3,}/g, '\n\n'))
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`Databases of ${version} are in ${kept}.`)

function keepFacts(kind: string, facts: object): void {
  writeFileSync(join(kept, `${kind}.json`), `${JSON.stringify(facts, undefined, 2)}\n`)
}

/** Starts the server on a database, uses it as people do, and stops it. @returns the facts that the test needs */
async function serveAndUse(databaseUrl: string): Promise<object> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const environment = {
    PATH: process.env.PATH,
    SECRET_KEY,
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    DEBUG: 'true',
    RATE_LIMITS: 'off',
    ...settings,
  }
  const latchkey = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
      cwd: folder,
      env: environment,
      input: `${PASSWORD}\n`,
    })
  latchkey('migrate')
  latchkey('users', 'create', 'root', '--email', 'root@example.com', '--superuser', '--stdin')
  const server = spawn(process.execPath, [join(root, 'dist/main.js')], {
    cwd: folder,
    env: environment,
    stdio: 'ignore',
  })
  const ended = once(server, 'exit')
  try {
    await untilReady(`${base}/readyz`)
    return await use(base)
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

async function use(base: string): Promise<object> {
  const register = (username: string) =>
    call(base, 'POST', '/api/register/', { username, email: `${username}@example.com`, password: PASSWORD })
  for (const username of ['alice', 'bob', 'carol', 'dave', 'erik']) await register(username)
  const logIn = (username: string) => call(base, 'POST', '/api/token/', { username, password: PASSWORD })
  const root = await logIn('root')
  const first = await logIn('alice')
  const second = await call(base, 'POST', '/api/token/refresh/', { refresh: first.refresh })
  await call(base, 'POST', '/api/posts/', { title: 'Kept', content: 'A post of Alice.' }, second.access)
  const ended = await logIn('bob')
  await call(base, 'POST', '/api/token/blacklist/', { refresh: ended.refresh })

  const { id } = await call(base, 'GET', '/api/users/profile/', undefined, second.access)
  const group = { name: 'Editors', permissions: ['users.view'] }
  const editors = await call(base, 'POST', '/api/v1/admin/groups', group, root.access)
  await call(base, 'PUT', `/api/v1/admin/groups/${editors.id}/members/${id}`, undefined, root.access)
  const hook = { url: 'http://127.0.0.1:9/events', events: ['account.created'] }
  await call(base, 'POST', '/api/v1/admin/webhooks', hook, root.access)

  const carol = await addSecondFactor(base, (await logIn('carol')).access)
  const { auth_token: key } = await call(base, 'POST', '/auth/token/login/', { username: 'dave', password: PASSWORD })
  const erik = await call(base, 'GET', '/api/users/profile/', undefined, (await logIn('erik')).access)
  const former = formerTokens(erik.id)
  const carried = await call(base, 'POST', '/api/token/refresh/', { refresh: former.refresh })
  return {
    madeAt: Date.now(),
    secretKey: SECRET_KEY,
    password: PASSWORD,
    settings,
    carol,
    dave: { key },
    erik: { id: erik.id, ...former, carriedOver: carried.refresh },
    alice: { id, access: second.access, refresh: second.refresh, spent: first.refresh },
    bob: { refresh: ended.refresh },
  }
}

/** An authenticator app and recovery codes. */
async function addSecondFactor(base: string, token: string): Promise<object> {
  const { secret } = await call(base, 'POST', '/api/v1/me/factors', { factor: 'totp' }, token)
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  const added = await call(base, 'POST', '/api/v1/me/factors/confirm', { factor: 'totp', code }, token)
  await call(base, 'POST', '/api/v1/me/factors/confirm', { factor: 'recovery_code', saved: true }, token)
  return { secret, recoveryCode: added.recovery_codes[0] }
}

/** Tokens that SimpleJWT issued for the server that Latchkey has replaced. */
function formerTokens(accountId: number): { access: string; refresh: string } {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1_000) - 60
  const token = (type: string) => {
    const claims = { token_type: type, exp: iat + 604_800, iat, jti: `former-${type}`, user_id: accountId }
    const input = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
    return `${input}.${createHmac('sha256', settings.CARRY_OVER_SECRET).update(input).digest('base64url')}`
  }
  return { access: token('access'), refresh: token('refresh') }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of a version that this script does not know
async function call(base: string, method: string, path: string, body?: object, token?: string): Promise<any> {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: body ? JSON.stringify(body) : null,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function untilReady(url: string): Promise<void> {
  for (let left = 300; left > 0; left--) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server did not become ready')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
