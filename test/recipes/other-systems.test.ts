import { execFileSync } from 'node:child_process'
import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashSync } from '@node-rs/bcrypt'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { codeBelow } from './manual-code.ts'

// Needs jq and psql: Debian's packages jq and postgresql-client.

const page = 'moving-from-others.md'
const password = 'copper-lantern-42'
const email = 'anna@example.com'
const main = join(import.meta.dirname, '../../dist/cli/main.js')

describe('moving in from another system', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-others-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))

  /** Runs the manual's command, imports what it wrote, and logs in. @returns the status of right and wrong passwords */
  async function moveIn(heading: string, environment: Record<string, string> = {}, hasHook = false, right = password) {
    const env = { PATH: process.env.PATH ?? '', ...environment }
    execFileSync('bash', ['-eo', 'pipefail', '-c', codeBelow(heading, page, 'sh')], { cwd: folder, env })
    if (hasHook) write('latchkey.config.ts', codeBelow(heading, page, 'ts'))
    const settings = {
      SECRET_KEY: 'a-secret-key-for-tests-only-0123456789',
      DATABASE_URL: `sqlite:${join(folder, 'latchkey.sqlite3')}`,
      LOGIN_WITH: 'email',
      CONFIG_MODULE: hasHook ? join(folder, 'latchkey.config.ts') : 'none',
      ...environment,
    }
    const latchkey = (...args: string[]) =>
      execFileSync(process.execPath, [main, ...args], { cwd: folder, env: { ...env, ...settings } })
    latchkey('migrate')
    latchkey('import', 'jsonl', '--from', 'users.jsonl', ...(hasHook ? ['--on-unverifiable-hash', 'keep'] : []))
    const server = await startServerProcess({ ...settings, RATE_LIMITS: 'off' })
    try {
      const logIn = async (typed: string) =>
        (await sendJson(server.url, 'POST', '/api/v1/login', { body: { username: email, password: typed } })).status
      return [await logIn(`${right}!`), await logIn(right), await logIn(right)]
    } finally {
      await server.stop()
    }
  }

  it('works with Supabase Auth', async () => {
    const place = await databases[1]?.create()
    if (place === undefined) throw new Error('there is no PostgreSQL')
    const client = new pg.Client({ connectionString: place.url })
    await client.connect()
    await client.query(`create schema auth; create table auth.users (id uuid primary key, email text, phone text,
      encrypted_password text, email_confirmed_at timestamptz, banned_until timestamptz, deleted_at timestamptz,
      created_at timestamptz)`)
    await client.query(`insert into auth.users values (gen_random_uuid(), $1, null, $2, now(), null, null, now())`, [
      email,
      hashSync(password, 4),
    ])
    await client.end()
    expect(await moveIn('Supabase Auth', { SUPABASE_URL: place.url })).toEqual([401, 200, 200])
    await place.drop()
  })

  it('works with Auth0', async () => {
    const user = { _id: { $oid: '5f1' }, email, email_verified: true, passwordHash: hashSync(password, 4) }
    write('auth0.json', `${JSON.stringify(user)}\n`)
    expect(await moveIn('Auth0')).toEqual([401, 200, 200])
  })

  it('works with Better Auth', async () => {
    const salt = randomBytes(16).toString('hex')
    const key = scryptSync(password, salt, 64, { N: 16384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 }).toString('hex')
    write('user.json', [{ id: 'u1', name: 'Anna', email, emailVerified: 1 }])
    write('account.json', [{ userId: 'u1', providerId: 'credential', password: `${salt}:${key}` }])
    expect(await moveIn('Better Auth', {}, true)).toEqual([401, 200, 200])
  })

  it('works with Keycloak', async () => {
    const salt = randomBytes(16)
    const value = pbkdf2Sync(password, salt, 1_000, 64, 'sha512').toString('base64')
    const credential = {
      type: 'password',
      credentialData: JSON.stringify({ hashIterations: 1_000, algorithm: 'pbkdf2-sha512' }),
      secretData: JSON.stringify({ value, salt: salt.toString('base64') }),
    }
    const user = { id: 'k1', username: 'anna', email, emailVerified: true, enabled: true, credentials: [credential] }
    write('realm.json', { users: [user] })
    expect(await moveIn('Keycloak', {}, true)).toEqual([401, 200, 200])
  })

  it('works with Firebase Authentication', async () => {
    // The example of https://github.com/firebase/scrypt.
    const user = {
      localId: 'f1',
      email,
      emailVerified: true,
      salt: '42xEC+ixf3L2lw==',
      passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    }
    write('users.json', { users: [user] })
    const parameters = {
      FIREBASE_SIGNER_KEY: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      FIREBASE_SALT_SEPARATOR: 'Bw==',
    }
    expect(await moveIn('Firebase Authentication', parameters, true, 'user1password')).toEqual([401, 200, 200])
  })
})
