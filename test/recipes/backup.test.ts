import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { restorePostgres } from '../../src/storage/backup/postgres-dump.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { type SignedInApp, startSignedInApp } from '../http/signed-in-app.ts'
import { createAuthority } from '../support/certificates.ts'
import { aCommandLine } from '../support/command-line.ts'
import type { TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { folderWith } from './program.ts'

// Debian: postgresql (the server and its client programs, of one version)

const [initdb = ''] = globSync('/usr/lib/postgresql/*/bin/initdb').sort().reverse()

describe('backup and restore on PostgreSQL', () => {
  let server: PostgresServer
  const authority = createAuthority('Authority of the test')

  beforeAll(async () => {
    expect(initdb, 'apt-get install postgresql').not.toBe('')
    server = await startPostgres({ programs: dirname(initdb), settings: ['fsync=off'] })
    const { cert, key } = authority.issue({ host: '127.0.0.1' })
    server.write('server.crt', cert)
    server.write('server.key', key)
    await administer('alter system set ssl = on')
    server.reload()
  })
  afterAll(() => server.stop())

  async function administer(statement: string, url = server.url): Promise<void> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }

  async function databasesOf(): Promise<string[]> {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    const { rows } = await client.query('select datname from pg_database').finally(() => client.end())
    return rows.map(({ datname }) => datname)
  }

  let names = 0
  async function aDatabase(options = ''): Promise<string> {
    const name = `backup_${++names}`
    await administer(`create database ${name}${options}`)
    const url = new URL(server.url)
    url.pathname = `/${name}`
    return url.href
  }

  const here: TestDatabase = {
    name: 'PostgreSQL',
    create: async () => ({ url: await aDatabase(), drop: async () => {} }),
  }

  async function backedUp(query = '') {
    const app = await startSignedInApp({}, here)
    const folder = folderWith({ 'authority.pem': authority.cert })
    const file = join(folder, 'latchkey.backup')
    const at = (url: string) =>
      aCommandLine({
        databaseUrl: `${url}${query.replaceAll('FOLDER', folder)}`,
        environment: { PATH: process.env.PATH },
      })
    const line = at(app.databaseUrl)
    expect(await line.run('backup', file)).toMatchObject({ code: 0, err: '' })
    return { app, line, file, at, folder }
  }

  const isKnown = async ({ url }: SignedInApp, username: string) =>
    (await sendJson(url, 'POST', '/api/login/', { body: { username, password: 'correct horse 9' } })).status === 200
  const signUp = ({ url }: SignedInApp, username: string) =>
    sendJson(url, 'POST', '/api/users/', { body: { username, password: 'correct horse 9' } })
  const profile = async ({ url, access }: SignedInApp) =>
    (await sendJson(url, 'GET', '/api/users/profile/', { token: access })).status

  it('makes a file that reveals nothing, and reads all of it to verify it', async () => {
    const { app, line, file } = await backedUp()
    onTestFinished(() => app.close())
    const bytes = readFileSync(file)
    expect(bytes.includes('PGDMP')).toBe(false)
    const verified = await line.run('restore', '--verify', '--json', file)
    expect(JSON.parse(verified.out)).toMatchObject({
      accounts: 1,
      sessions: 1,
      signature: 'ES256',
      verifiable_passwords: 1,
    })
    expect(await databasesOf()).not.toContainEqual(expect.stringContaining('latchkey_verify'))
    writeFileSync(`${file}.cut`, bytes.subarray(0, bytes.length - 2_000))
    expect(await line.run('restore', '--verify', `${file}.cut`)).toMatchObject({ code: 1, out: '' })
  })

  it('verifies in a named database, if no database may be created', async () => {
    const { app, line, file, at } = await backedUp()
    await app.app.close()
    const url = new URL(app.databaseUrl)
    const owner = `owner_${names}`
    await administer(
      `create role ${owner} login password 'only-here'; grant all on all tables in schema public to ${owner};
      grant all on schema public to ${owner}`,
      app.databaseUrl,
    )
    Object.assign(url, { username: owner, password: 'only-here' })
    const limited = at(url.href)
    expect(await limited.run('restore', '--verify', file)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/CREATEDB.*--scratch/),
    })
    expect(await line.run('restore', '--verify', '--scratch', app.databaseUrl, file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('has tables'),
    })
    const scratch = await aDatabase()
    const verified = await line.run('restore', '--verify', '--scratch', scratch, file)
    expect(verified).toMatchObject({ code: 0, err: '', out: expect.stringContaining('signed a token and verified it') })
    expect(await line.run('restore', '--verify', '--scratch', scratch, file)).toMatchObject({ code: 0, err: '' })
  })

  it('restores what was there, removes what came later, and ends all sessions', async () => {
    const { app, line, file } = await backedUp()
    await signUp(app, 'later')
    const early = await line.run('restore', file)
    expect(early).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/a server uses the database .*Stop it/),
    })
    expect(await isKnown(app, 'later')).toBe(true)
    await app.app.close()

    const restored = await line.run('restore', file)
    expect(restored).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/with 1 account and .*Ended 1 session\./),
    })
    const again = { ...app, ...(await app.restart()) }
    onTestFinished(() => again.close())
    expect([await isKnown(again, 'kim'), await isKnown(again, 'later'), await profile(again)]).toEqual([
      true,
      false,
      401,
    ])
  })

  it('keeps the sessions on request', async () => {
    const { app, line, file } = await backedUp()
    await app.app.close()
    const restored = await line.run('restore', '--keep-sessions', file)
    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('No session was ended.') })
    const again = { ...app, ...(await app.restart()) }
    onTestFinished(() => again.close())
    expect(await profile(again)).toBe(200)
  })

  it('restores into a new, empty database', async () => {
    const { app, file, at } = await backedUp()
    await app.app.close()
    const url = await aDatabase()
    const line = at(url)
    const restored = await line.run('restore', file)
    expect(restored).toMatchObject({ code: 0, err: '', out: expect.stringContaining('with 1 account and ') })
    expect((await line.run('users', 'list')).out).toContain('kim')
  })

  it('restores what an older version has made: no later table remains', async () => {
    const { app, line, file } = await backedUp()
    await app.app.close()
    // As if an upgrade had added these tables after the backup.
    const older = `${file}.older`
    const tables = ['trusted_devices', 'login_challenges', 'factors', 'factor_holders']
    await administer(`create table kept (id int); drop table ${tables.join(', ')} cascade`, app.databaseUrl)
    // Latchkey itself makes no backup of a database without these tables.
    expect(await line.run('backup', older)).toMatchObject({ code: 1, err: expect.stringContaining('trusted_devices') })
    execFileSync('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', '--file', older, app.databaseUrl])
    const current = await aDatabase()
    const database = openDatabase(current)
    await migrate(database, Date.now())
    await database.close()
    await restorePostgres(older, current, { path: process.env.PATH })
    const client = new pg.Client({ connectionString: current })
    await client.connect()
    const { rows } = await client.query("select to_regclass('trusted_devices') as late, to_regclass('kept') as kept")
    await client.end()
    expect(rows).toEqual([{ late: null, kept: 'kept' }])
  })

  it('changes nothing if the restore fails halfway', async () => {
    const { app, line, file } = await backedUp()
    await app.app.close()
    // A view of the operator's own with the name of one of our indexes, which the dump creates after all tables.
    const index = 'audit_events_by_account'
    await administer(`drop index ${index}; create view ${index} as select 1 as one`, app.databaseUrl)
    const refused = await line.run('restore', file)
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/psql failed: .*is not an index/) })
    expect((await line.run('users', 'list')).out).toContain('kim')
  })

  it.each(['?sslmode=verify-full&sslrootcert=FOLDER/authority.pem', '?sslmode=no-verify', '?sslmode=disable'])(
    'connects as the server does: %s',
    async (query) => {
      const { app, line, file } = await backedUp(query)
      await app.app.close()
      expect(await line.run('restore', file)).toMatchObject({ code: 0, err: '' })
    },
  )

  it('refuses a server that it does not trust, and says so', async () => {
    const { app, file, folder } = await backedUp()
    onTestFinished(() => app.close())
    const stranger = join(folder, 'stranger.pem')
    writeFileSync(stranger, createAuthority('Another').cert)
    const line = aCommandLine({
      databaseUrl: `${app.databaseUrl}?sslmode=verify-full&sslrootcert=${stranger}`,
      environment: { PATH: process.env.PATH },
    })
    expect(await line.run('backup', `${file}.2`)).toMatchObject({ code: 1, err: expect.stringMatching(/sslrootcert/) })
  })

  it('says which programs are missing, and leaves no file', async () => {
    const { app, file, folder } = await backedUp()
    onTestFinished(() => app.close())
    mkdirSync(join(folder, 'bin'))
    const bare = aCommandLine({ databaseUrl: app.databaseUrl, environment: { PATH: join(folder, 'bin') } })
    const missing = {
      code: 1,
      out: '',
      err: expect.stringMatching(/cannot be run .*apt-get install postgresql-client/),
    }
    expect(await bare.run('backup', `${file}.2`)).toMatchObject(missing)
    expect(globSync(join(folder, '*.2*'))).toEqual([])
    expect(await bare.run('restore', '--verify', file)).toMatchObject(missing)
    await app.app.close()
    expect(await bare.run('restore', file)).toMatchObject(missing)
    // Only one of them is missing.
    const [pgRestore = ''] = globSync('/usr/lib/postgresql/*/bin/pg_restore').sort().reverse()
    symlinkSync(pgRestore, join(folder, 'bin/pg_restore'))
    expect(await bare.run('restore', file)).toMatchObject({ ...missing, err: expect.stringContaining('psql cannot') })
  })

  it('refuses a database of a newer version, and one that is not Latchkey’s', async () => {
    const { app, line, file, at } = await backedUp()
    await app.app.close()
    await administer("insert into schema_migrations (number, name, applied_at) values (999, 'x', 0)", app.databaseUrl)
    expect(await line.run('restore', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Create an empty database'),
    })
    const empty = at(await aDatabase())
    expect(await empty.run('backup', `${file}.2`)).toMatchObject({ code: 1, err: expect.stringContaining('migrate') })
  })

  it('says which version of the programs is needed', async () => {
    const version = Number(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }).match(/(\d+)/)?.[1])
    const folder = folderWith({})
    mkdirSync(join(folder, 'bin'))
    // What an older pg_dump says about a newer server.
    writeFileSync(
      join(folder, 'bin/pg_dump'),
      `#!/bin/sh\necho 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n`,
      { mode: 0o755 },
    )
    expect(version).toBeGreaterThan(13)
    const app = await startSignedInApp({}, here)
    onTestFinished(() => app.close())
    const line = aCommandLine({ databaseUrl: app.databaseUrl, environment: { PATH: `${folder}/bin:/bin:/usr/bin` } })
    expect(await line.run('backup', join(folder, 'x'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('or of a newer one'),
    })
  })
})
