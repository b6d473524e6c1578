import { execFileSync } from 'node:child_process'
import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hashSync } from '@node-rs/bcrypt'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { codeBelow } from './manual-code.ts'

// Needs psql: Debian's package postgresql.

const page = 'moving-from-others.md'
const password = 'copper-lantern-42'
const email = 'anna@example.com'
const main = join(import.meta.dirname, '../../dist/cli/main.js')

describe('moving in from another system', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-others-'))
    mkdirSync(join(folder, 'bin'))
    program('latchkey', `exec "${process.execPath}" "${main}" "$@"`)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))

  function program(name: string, script: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  /** Runs the manual's commands, and logs in. @returns the status of a wrong password, and of the right one twice */
  async function moveIn(heading: string, environment: Record<string, string> = {}, right = password) {
    const settings = {
      SECRET_KEY: 'a-secret-key-for-tests-only-0123456789',
      DATABASE_URL: `sqlite:${join(folder, 'latchkey.sqlite3')}`,
      LOGIN_WITH: 'email',
    }
    const env = { ...settings, ...environment, PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
    for (const commands of ['latchkey migrate', codeBelow(heading, page, 'sh')]) {
      execFileSync('bash', ['-eo', 'pipefail', '-c', commands], { cwd: folder, env })
    }
    const server = await startServerProcess({ ...settings, RATE_LIMITS: 'off' })
    try {
      const logIn = async (typed: string) =>
        (await sendJson(server.url, 'POST', '/api/v1/login', { body: { username: email, password: typed } })).status
      return [await logIn(`${right}!`), await logIn(right), await logIn(right)]
    } finally {
      await server.stop()
    }
  }

  /** A PostgreSQL database of the other system. */
  async function aDatabase(sql: string): Promise<{ url: string; drop(): Promise<void> }> {
    const place = await databases[1]?.create()
    if (place === undefined) throw new Error('there is no PostgreSQL')
    const client = new pg.Client({ connectionString: place.url })
    await client.connect()
    await client.query(sql)
    await client.end()
    return place
  }

  it('works with an application that keeps bcrypt hashes in a table of its own', async () => {
    const place = await aDatabase(`create table users (id serial primary key, email text, password text);
      insert into users (email, password) values ('${email}', '${hashSync(password, 4)}')`)
    expect(await moveIn('An application with jsonwebtoken', { OLD_DATABASE_URL: place.url })).toEqual([401, 200, 200])
    await place.drop()
  })

  it('works with Supabase Auth', async () => {
    const place = await aDatabase(`create schema auth; create table auth.users (id uuid primary key, email text,
      phone text, encrypted_password text, email_confirmed_at timestamptz, banned_until timestamptz,
      deleted_at timestamptz, created_at timestamptz);
      insert into auth.users values (gen_random_uuid(), '${email}', null, '${hashSync(password, 4)}', now(), null, null, now())`)
    expect(await moveIn('Supabase Auth', { SUPABASE_URL: place.url })).toEqual([401, 200, 200])
    await place.drop()
  })

  it('works with Auth0', async () => {
    const hash = { _id: { $oid: '5f1' }, email, email_verified: true, passwordHash: hashSync(password, 4) }
    write('hashes.json', `${JSON.stringify(hash)}\n`)
    write('users.json', [{ user_id: 'auth0|5f1', email, email_verified: true, name: 'Anna' }])
    expect(await moveIn('Auth0')).toEqual([401, 200, 200])
  })

  it('works with Better Auth', async () => {
    const salt = randomBytes(16).toString('hex')
    const key = scryptSync(password, salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 }).toString('hex')
    const database = new DatabaseSync(join(folder, 'auth.db'))
    database.exec(`
      create table "user" ("id" text primary key, "name" text, "email" text, "emailVerified" integer, "createdAt" date);
      create table "account" ("id" text primary key, "accountId" text, "providerId" text, "userId" text, "password" text);
      insert into "user" values ('u1', 'Anna', '${email}', 1, '2024-05-01T10:00:00.000Z');
      insert into "account" values ('a1', 'u1', 'credential', 'u1', '${salt}:${key}')`)
    database.close()
    expect(await moveIn('Better Auth')).toEqual([401, 200, 200])
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
    write('shop-users-0.json', { realm: 'shop', users: [user] })
    // Instead of Keycloak itself: it writes such a file.
    program('kc.sh', 'mkdir export && mv shop-users-0.json export/')
    expect(await moveIn('Keycloak')).toEqual([401, 200, 200])
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
    write('export.json', { users: [user] })
    write(
      'hash_config.txt',
      `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`,
    )
    // Instead of Firebase's own command: it writes such a file.
    program('firebase', 'mv export.json users.json')
    expect(await moveIn('Firebase Authentication', {}, 'user1password')).toEqual([401, 200, 200])
  })
})
