import { pbkdf2Sync, scryptSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hashRawSync } from '@node-rs/argon2'
import { hashSync } from '@node-rs/bcrypt'
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import {
  anImportingServer,
  importTwice,
  IMPORTED_PASSWORD as PASSWORD,
  shownAccount,
} from '../support/importing-server.ts'

const bcrypt = hashSync(PASSWORD, 4)
const base64 = (bytes: Buffer) => bytes.toString('base64')
const salt = Buffer.from('00ff10e7beef00ff10e7beef00ff10e7', 'hex')

it('imports the two exports of Auth0', async () => {
  const { line, file, logIn } = await anImportingServer()
  const hashes = file(
    'hashes.json',
    `${JSON.stringify({
      _id: { $oid: '60425da93519d90068f82966' },
      email_verified: true,
      email: 'anna@example.org',
      passwordHash: bcrypt,
      connection: 'Username-Password-Authentication',
    })}\n`,
  )
  const users = file('users.json', [
    {
      user_id: 'auth0|60425da93519d90068f82966',
      email: 'anna@example.org',
      email_verified: true,
      name: 'Anna Arendt',
      created_at: '2024-05-01T10:00:00.000Z',
    },
    { user_id: 'google-oauth2|1', email: 'ben@example.org', email_verified: true, blocked: true, name: 'Ben' },
  ])
  expect(await importTwice(line, 'auth0', '--from', hashes, '--users', users)).toMatchObject({
    accounts: { created: 2 },
  })
  expect(await shownAccount(line, 'anna')).toMatchObject({
    uid: 'auth0|60425da93519d90068f82966',
    first_name: 'Anna Arendt',
    date_joined: '2024-05-01T10:00:00.000Z',
  })
  expect(await shownAccount(line, 'ben')).toMatchObject({ is_active: false })
  expect(await logIn('anna@example.org')).toBe(200)
  expect(await line.run('import', 'auth0', '--from', file('x.json', '{"email":"x@example.org"}'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('neither user_id nor _id'),
  })
})

it('imports an export of Firebase, whose hashes need the parameters of the project', async () => {
  const { line, file, logIn } = await anImportingServer()
  const path = file('users.json', {
    users: [
      {
        localId: 'zQ1',
        email: 'anna@example.org',
        emailVerified: true,
        passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
        salt: '42xEC+ixf3L2lw==',
        displayName: 'Anna',
        createdAt: '1714557600000',
        providerUserInfo: [],
      },
      { localId: 'zQ2', phoneNumber: '+4930123456', disabled: true },
    ],
  })
  expect(await line.run('import', 'firebase', '--from', path)).toMatchObject({
    code: 1,
    err: expect.stringContaining('--hash-config'),
  })
  const config = file(
    'hash_config.txt',
    `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`,
  )
  expect(await importTwice(line, 'firebase', '--from', path, '--hash-config', config)).toMatchObject({
    accounts: { created: 2 },
    hashes: { fbscrypt: { count: 1, verifiable: true } },
  })
  expect(await shownAccount(line, 'anna')).toMatchObject({ uid: 'zQ1', date_joined: '2024-05-01T10:00:00.000Z' })
  expect([await logIn('anna@example.org', 'user1password'), await logIn('anna@example.org')]).toEqual([200, 401])
  const redacted = file('redacted.json', { users: [{ localId: 'a', passwordHash: 'UkVEQUNURUQ=' }] })
  expect(await line.run('import', 'firebase', '--from', redacted, '--hash-config', config)).toMatchObject({
    code: 1,
    err: expect.stringContaining('has no password hashes'),
  })
})

it('imports a realm of Keycloak from a folder, with groups and each of its hash formats', async () => {
  const { line, file, logIn } = await anImportingServer()
  mkdirSync(join(line.workingDirectory, 'realm'))
  const password = (algorithm: string, value: Buffer, hashIterations: number, additionalParameters: object = {}) => [
    {
      type: 'password',
      secretData: JSON.stringify({ value: base64(value), salt: base64(salt), additionalParameters: {} }),
      credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters }),
    },
  ]
  const argon2 = hashRawSync(PASSWORD, {
    ...{ algorithm: 2, version: 1, memoryCost: 7168, timeCost: 5, parallelism: 1, outputLen: 32, salt },
  })
  file('realm/shop-realm.json', {
    realm: 'shop',
    groups: [{ name: 'staff', subGroups: [{ name: 'editors', subGroups: [] }] }],
  })
  const user = (id: string, username: string, more: object) => ({ id, username, enabled: true, ...more })
  file('realm/shop-users-0.json', {
    realm: 'shop',
    users: [
      user('a-1', 'sha256', {
        email: 'sha256@example.org',
        emailVerified: true,
        firstName: 'Ann',
        groups: ['/staff/editors'],
        createdTimestamp: 1714557600000,
        credentials: password('pbkdf2-sha256', pbkdf2Sync(PASSWORD, salt, 2750, 64, 'sha256'), 2750),
      }),
      user('a-2', 'sha512', {
        credentials: password('pbkdf2-sha512', pbkdf2Sync(PASSWORD, salt, 2100, 64, 'sha512'), 2100),
      }),
      user('a-3', 'sha1', { credentials: password('pbkdf2', pbkdf2Sync(PASSWORD, salt, 2000, 64, 'sha1'), 2000) }),
    ],
  })
  file('realm/shop-users-1.json', {
    realm: 'shop',
    users: [
      user('b-1', 'argon', {
        credentials: password('argon2', argon2, 5, {
          ...{ hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] },
        }),
      }),
      user('b-2', 'off', { enabled: false }),
      user('b-3', 'service-account-api', { serviceAccountClientId: 'api' }),
    ],
  })
  const done = await importTwice(line, 'keycloak', '--from', join(line.workingDirectory, 'realm'))
  expect(done).toMatchObject({ accounts: { created: 5 }, groups: 2 })
  expect(Object.values(done.accounts.skipped)).toEqual([1])
  expect(await Promise.all(['sha256', 'sha512', 'sha1', 'argon'].map((name) => logIn(name)))).toEqual(
    Array(4).fill(200),
  )
  expect(await logIn('argon', 'another horse')).toBe(401)
  expect(await shownAccount(line, 'sha256')).toMatchObject({ uid: 'a-1', groups: ['staff/editors'], first_name: 'Ann' })
  expect(await shownAccount(line, 'off')).toMatchObject({ is_active: false })
})

it('imports the database of Better Auth, with columns in either spelling', async () => {
  const hex = '0123456789abcdef0123456789abcdef'
  const key = scryptSync(PASSWORD, hex, 64, { N: 16_384, r: 16, p: 1, maxmem: 67_108_864 }).toString('hex')
  for (const [id, verified, created, owner, provider] of [
    ['id', 'emailVerified', 'createdAt', 'userId', 'providerId'],
    ['id', 'email_verified', 'created_at', 'user_id', 'provider_id'],
  ]) {
    const { line, logIn } = await anImportingServer()
    const path = join(line.workingDirectory, 'auth.sqlite')
    const database = new DatabaseSync(path)
    database.exec(`
      create table "user" ("${id}" text not null primary key, "name" text not null, "email" text not null unique,
        "${verified}" integer not null, "image" text, "${created}" date not null, "username" text, "banned" integer);
      create table "account" ("id" text not null primary key, "accountId" text not null, "${provider}" text not null,
        "${owner}" text not null, "password" text);
      insert into "user" values ('u1', 'Anna Arendt', 'anna@example.org', 1, null, '2024-05-01T10:00:00.000Z', 'anna', null),
        ('u2', 'Ben', 'ben@example.org', 0, null, 1714557600, null, 1);
      insert into "account" values ('x0', 'g', 'google', 'u1', null), ('x1', 'u1', 'credential', 'u1', '${hex}:${key}');`)
    database.close()
    expect(await importTwice(line, 'better-auth', '--from', path)).toMatchObject({
      accounts: { created: 2 },
      hashes: { 'better-auth': { count: 1, verifiable: true }, none: { count: 1 } },
    })
    expect(await shownAccount(line, 'anna')).toMatchObject({ uid: 'u1', date_joined: '2024-05-01T10:00:00.000Z' })
    expect(await shownAccount(line, 'ben')).toMatchObject({ is_active: false, date_joined: '2024-05-01T10:00:00.000Z' })
    expect([await logIn('anna@example.org'), await logIn('anna', 'another horse')]).toEqual([200, 401])
  }
})

it('imports auth.users of Supabase, from its database and from a CSV file', async () => {
  const { line, file, logIn } = await anImportingServer()
  const postgres = await (databases.find(({ name }) => name === 'PostgreSQL') ?? expect.fail()).create()
  onTestFinished(postgres.drop)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(`
    create schema auth;
    create table auth.users (instance_id uuid, id uuid primary key, aud varchar(255), role varchar(255), email varchar(255),
      encrypted_password varchar(255), email_confirmed_at timestamptz, last_sign_in_at timestamptz, raw_user_meta_data jsonb,
      is_super_admin boolean, created_at timestamptz, phone text, banned_until timestamptz, deleted_at timestamptz,
      is_anonymous boolean not null default false);
    insert into auth.users (id, email, encrypted_password, email_confirmed_at, raw_user_meta_data, created_at, phone) values
      ('00000001-0000-0000-0000-0000000000aa', 'anna@example.org', '${bcrypt}', now(), '{"full_name": "Anna"}', '2024-05-01 10:00:00+00', '4930123456');
    insert into auth.users (id, email, encrypted_password, banned_until) values
      ('00000002-0000-0000-0000-0000000000aa', 'ben@example.org', '', 'infinity'),
      ('00000003-0000-0000-0000-0000000000aa', 'carl@example.org', '${bcrypt}', '2020-01-01');
    insert into auth.users (id, is_anonymous) values ('00000004-0000-0000-0000-0000000000aa', true);`)
  await client.end()
  expect(await importTwice(line, 'supabase', '--from', postgres.url)).toMatchObject({
    accounts: { created: 3, skipped: { 'anonymous users, who cannot log in': 1 } },
  })
  expect(await shownAccount(line, 'anna')).toMatchObject({
    uid: '00000001-0000-0000-0000-0000000000aa',
    phone_number: '+4930123456',
    first_name: 'Anna',
  })
  expect(await shownAccount(line, 'ben')).toMatchObject({ is_active: false })
  expect([await logIn('anna@example.org'), await logIn('carl@example.org')]).toEqual([200, 200])
  const csv = file(
    'users.csv',
    `id,email,encrypted_password,email_confirmed_at,banned_until,is_anonymous,created_at,raw_user_meta_data
00000001-0000-0000-0000-0000000000aa,anna@example.org,${bcrypt},2024-05-01 10:00:00.5+00,,f,2024-05-01 10:00:00+00,"{""name"": ""Anna""}"
`,
  )
  const { line: other } = await anImportingServer()
  expect(await importTwice(other, 'supabase', '--from', csv)).toMatchObject({ accounts: { created: 1 } })
})
