import { spawn } from 'node:child_process'
import { createHmac, pbkdf2Sync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../test/support/free-port.ts'

// Imports many users of a Django project twice, while clients of that project refresh their tokens. Prints how long it
// took, and fails if a request failed, a session was lost, or a logged-out session came back. npm run bench:move --
// 500000

const USERS = Number(process.argv[2] ?? 500_000)
/** How many clients refresh without a pause in between. */
const CLIENTS = 8
const SECRET = 'the-secret-key-of-a-django-project-0123456789'
const CHANGED_SHARE = 0.02
const SAMPLE_MS = 500
/** The key of the first user in Django. Smaller keys belong to accounts that register here before the import. */
const FIRST = 1_001
const LAST = FIRST + USERS - 1

const home = mkdtempSync(join(tmpdir(), 'latchkey-move-'))
const root = join(import.meta.dirname, '..')
const django = join(home, 'django.sqlite3')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const env = {
  PATH: process.env.PATH,
  PUBLIC_URL: url,
  PORT: String(port),
  DATABASE_URL: `sqlite:${join(home, 'latchkey.sqlite3')}`,
  SECRET_KEY: SECRET,
  COMPATIBILITY: 'simplejwt',
  BLACKLIST_AFTER_ROTATION: 'true',
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'error',
}

type Usage = { seconds: number; processorSeconds: number; residentMb: number[] }

makeDjango()
const server = spawn(process.execPath, [join(root, 'dist/main.js')], { cwd: home, env, stdio: 'inherit' })
try {
  await serverIsUp()
  const newcomer = await registered()
  const first = await servingDuring(() => run('import', 'django', '--from', django), [refreshing(newcomer)])
  say(`first import of ${USERS} users`, first)
  const clients = Array.from({ length: CLIENTS }, (_, nth) => refreshing(oldRefreshToken(FIRST + nth)))
  changeDjango()
  const second = await servingDuring(() => run('import', 'django', '--from', django), clients)
  say(`second import of ${USERS * CHANGED_SHARE} changes`, second)
  // Logged out in Django, and imported after that.
  const revived = (await refresh(oldRefreshToken(LAST))).status
  if (revived !== 401) throw new Error(`a session that had been logged out came back: ${revived}`)
  const lost = (await refresh(oldRefreshToken(FIRST + CLIENTS))).status
  if (lost !== 200) throw new Error(`a session was lost: ${lost}`)
  console.log(`the server needs ${residentMb(server.pid)} MB`)
} finally {
  server.kill()
  rmSync(home, { recursive: true, force: true })
}

function makeDjango(): void {
  const file = new DatabaseSync(django)
  file.exec(`create table auth_user (id integer primary key, password varchar(128) not null, last_login datetime,
      is_superuser bool not null, username varchar(150) not null unique, first_name varchar(150) not null,
      last_name varchar(150) not null, email varchar(254) not null, is_staff bool not null, is_active bool not null,
      date_joined datetime not null);
    create table token_blacklist_outstandingtoken (id integer primary key, token text not null, created_at datetime,
      expires_at datetime not null, user_id integer references auth_user (id), jti varchar(255) not null unique);
    create table token_blacklist_blacklistedtoken (id integer primary key, blacklisted_at datetime not null,
      token_id integer not null unique references token_blacklist_outstandingtoken (id)); begin`)
  const hash = `pbkdf2_sha256$1000$salt$${pbkdf2Sync('correct horse 9', 'salt', 1_000, 32, 'sha256').toString('base64')}`
  const insert = file.prepare(
    `insert into auth_user values (?, ?, null, 0, ?, 'First', 'Last', ?, 0, 1, '2026-01-01 00:00:00')`,
  )
  for (let id = FIRST; id < FIRST + USERS; id++) insert.run(id, hash, `user-${id}`, `user-${id}@example.org`)
  file.exec('commit')
  file.close()
}

/** Changes made in Django between the imports, and one user who logs out. */
function changeDjango(): void {
  const file = new DatabaseSync(django)
  file.exec(`update auth_user set last_name = 'Changed' where id % ${Math.round(1 / CHANGED_SHARE)} = 0;
    insert into token_blacklist_outstandingtoken values (1, '', '2026-01-01', '2099-01-01', ${LAST}, 'old-${LAST}');
    insert into token_blacklist_blacklistedtoken values (1, '2026-01-01', 1)`)
  file.close()
}

function oldRefreshToken(id: number): string {
  const iat = Math.floor(Date.now() / 1_000)
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { token_type: 'refresh', exp: iat + 86_400, iat, jti: `old-${id}`, user_id: id }
  const input = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}

async function post(path: string, body: object): Promise<{ status: number; json: Record<string, string> }> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, json: (await answer.json()) as Record<string, string> }
}

function refresh(token: string) {
  return post('/api/token/refresh/', { refresh: token })
}

async function registered(): Promise<string> {
  const credentials = { username: 'newcomer', email: 'newcomer@example.org', password: 'a good battery 7' }
  await post('/api/register/', credentials)
  return (await post('/api/token/', credentials)).json.refresh ?? ''
}

/**
 * A client that refreshes again and again.
 *
 * @returns a function that stops it, and returns how many requests it made and how long the slowest took
 */
function refreshing(first: string) {
  return async (isOver: () => boolean) => {
    let [token, requests, slowestMs] = [first, 0, 0]
    while (!isOver()) {
      const begun = performance.now()
      const { status, json } = await refresh(token)
      if (status !== 200) throw new Error(`a refresh failed with ${status}: ${JSON.stringify(json)}`)
      slowestMs = Math.max(slowestMs, performance.now() - begun)
      token = json.refresh ?? ''
      requests++
      await pause(5)
    }
    return { requests, slowestMs }
  }
}

async function servingDuring(work: () => Promise<Usage>, clients: ReturnType<typeof refreshing>[]) {
  let isOver = false
  const running = clients.map((client) => client(() => isOver))
  const usage = await work().finally(() => {
    isOver = true
  })
  const told = await Promise.all(running)
  return {
    usage,
    requests: told.reduce((sum, one) => sum + one.requests, 0),
    slowestMs: Math.max(...told.map((one) => one.slowestMs)),
  }
}

/** Runs a command, and measures it. */
async function run(...args: string[]): Promise<Usage> {
  const begun = performance.now()
  const command = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: home,
    env,
    stdio: 'ignore',
  })
  const resident: number[] = []
  let processorSeconds = 0
  const timer = setInterval(() => {
    resident.push(residentMb(command.pid))
    processorSeconds = processorSecondsOf(command.pid) || processorSeconds
  }, SAMPLE_MS)
  const code = await new Promise((resolve) => command.once('close', resolve)).finally(() => clearInterval(timer))
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - begun) / 1_000, processorSeconds, residentMb: resident.filter((mb) => mb > 0) }
}

/** Linux only; 0 elsewhere, and for a process that has ended. */
function residentMb(pid: number | undefined): number {
  const kb = /VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`))?.[1]
  return Math.round(Number(kb ?? 0) / 1_024)
}

/** Of both kinds, in clock ticks of 10 ms: fields 14 and 15 of proc(5). */
function processorSecondsOf(pid: number | undefined): number {
  const [, , ...fields] = textOf(`/proc/${pid}/stat`).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function serverIsUp(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const isUp = await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    if (attempt > 300) throw new Error('the server did not start')
    await pause(200)
  }
}

function say(what: string, { usage, requests, slowestMs }: Awaited<ReturnType<typeof servingDuring>>): void {
  const { seconds, processorSeconds, residentMb: mb } = usage
  const at = (share: number) => mb[Math.min(mb.length - 1, Math.floor(mb.length * share))] ?? 0
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor time, memory ${[0.25, 0.5, 0.75, 1].map(at).join(', ')} MB; ` +
      `${requests} refreshes meanwhile, none failed, the slowest took ${Math.round(slowestMs)} ms`,
  )
}
