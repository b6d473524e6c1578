import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { type Certified, createAuthority } from '../support/certificates.ts'
import { aCommandLine } from '../support/command-line.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { startServerProcess } from '../support/server-process.ts'

const authority = createAuthority('Private authority of the test')
const stranger = createAuthority('Another authority')
const [SERVER, FOREIGN_NAME, EXPIRED, EARLY] = [
  authority.issue({ host: '127.0.0.1' }),
  authority.issue({ host: 'db.example.org' }),
  authority.issue({ host: '127.0.0.1', until: 2021 }),
  authority.issue({ host: '127.0.0.1', from: 2045 }),
]
const NO_TLS = undefined

/** `all` accepts any connection; `encrypted` requires TLS; `certified` requires TLS and a client certificate. */
const ADMISSIONS = {
  all: 'host all all 127.0.0.1/32 scram-sha-256',
  encrypted: 'hostnossl all administrator 127.0.0.1/32 scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256',
  certified: [
    'hostnossl all administrator 127.0.0.1/32 scram-sha-256',
    'hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-full',
  ].join('\n'),
} as const

describe('TLS to PostgreSQL', () => {
  let server: PostgresServer
  let administrator: pg.Client
  let folder: string

  beforeAll(async () => {
    server = await startPostgres()
    folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'))
    for (const [name, text] of Object.entries({
      'authority.pem': authority.cert,
      'stranger.pem': stranger.cert,
      'text.pem': 'no certificate',
      'client.pem': authority.issue({ host: 'postgres' }).cert,
    })) {
      writeFileSync(join(folder, name), text)
    }
    const client = authority.issue({ host: 'postgres' })
    writeFileSync(join(folder, 'own.pem'), client.cert)
    writeFileSync(join(folder, 'own.key'), client.key)
    const fromStranger = stranger.issue({ host: 'postgres' })
    writeFileSync(join(folder, 'stranger-own.pem'), fromStranger.cert)
    writeFileSync(join(folder, 'stranger-own.key'), fromStranger.key)
    server.write('authority.crt', authority.cert)
    administrator = new pg.Client({ connectionString: server.url })
    await administrator.connect()
    await administrator.query("create role administrator superuser login password 'only-for-this-machine'")
    await administrator.end()
    const url = new URL(server.url)
    url.username = 'administrator'
    administrator = new pg.Client({ connectionString: url.href })
    await administrator.connect()
  })
  afterAll(async () => {
    await administrator.end()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Makes the server present this certificate, if any, and admit clients in this way, from the next connection on. */
  async function serve(certified: Certified | undefined, admission: keyof typeof ADMISSIONS = 'all'): Promise<void> {
    server.write('pg_hba.conf', `${ADMISSIONS[admission]}\n`)
    if (certified !== undefined) {
      server.write('server.crt', certified.cert)
      server.write('server.key', certified.key)
    }
    const settings = {
      ssl: certified === undefined ? 'off' : 'on',
      ssl_ca_file: admission === 'certified' ? "'authority.crt'" : "''",
    }
    for (const [name, value] of Object.entries(settings))
      await administrator.query(`alter system set ${name} = ${value}`)
    const loadedAt = async () => (await administrator.query('select pg_conf_load_time()::text as at')).rows[0]?.at
    const before = await loadedAt()
    server.reload()
    await expect.poll(loadedAt, { interval: 5 }).not.toBe(before)
  }

  const at = (query: string) => `${server.url}${query.replaceAll('FOLDER', folder)}`

  async function isEncrypted(url: string): Promise<boolean | undefined> {
    const database = openDatabase(url)
    try {
      const { rows } = await sql<{
        ssl: boolean
      }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(database.read)
      return rows[0]?.ssl
    } finally {
      await database.close()
    }
  }

  it.each([
    ['', true, false],
    ['?sslmode=disable', true, false],
    ['?sslmode=no-verify', true, true],
    ['?sslmode=require&sslrootcert=FOLDER/authority.pem', true, true],
    ['?sslmode=verify-ca&sslrootcert=FOLDER/authority.pem', true, true],
    ['?sslmode=verify-full&sslrootcert=FOLDER/authority.pem', true, true],
    ['?sslrootcert=FOLDER/authority.pem', true, true],
    ['?sslmode=verify-ca&sslrootcert=FOLDER/authority.pem', false, true],
  ])(
    'with %s, and the right host name in the certificate: %s, it is encrypted: %s',
    async (query, isRight, isSecret) => {
      await serve(isRight ? SERVER : FOREIGN_NAME)
      expect(await isEncrypted(at(query))).toBe(isSecret)
    },
  )

  it('logs in with a certificate', async () => {
    await serve(SERVER, 'certified')
    const query = '?sslmode=verify-full&sslrootcert=FOLDER/authority.pem&sslcert=FOLDER/own.pem&sslkey=FOLDER/own.key'
    expect(await isEncrypted(at(query))).toBe(true)
  })

  const VERIFY = 'sslmode=verify-full&sslrootcert=FOLDER/authority.pem'

  it.each<[string, Certified | undefined, keyof typeof ADMISSIONS, string, RegExp]>([
    ['the server has no TLS', NO_TLS, 'all', '?sslmode=require', /Turn on TLS in PostgreSQL/],
    ['nobody knows its authority', SERVER, 'all', '?sslmode=require', /add sslrootcert=/],
    ['nobody knows its authority', SERVER, 'all', '?sslmode=verify-full', /add sslrootcert=/],
    [
      'its authority is another one',
      SERVER,
      'all',
      '?sslmode=verify-ca&sslrootcert=FOLDER/stranger.pem',
      /sslrootcert/,
    ],
    [
      'its certificate is for another host',
      FOREIGN_NAME,
      'all',
      `?${VERIFY}`,
      /Use the host name from the certificate/,
    ],
    ['its certificate has expired', EXPIRED, 'all', `?${VERIFY}`, /Renew the certificate/],
    ['its certificate is not valid yet', EARLY, 'all', `?${VERIFY}`, /Check the clocks/],
    ['it wants TLS', SERVER, 'encrypted', '', /If encryption is required, add \?sslmode=verify-full/],
    ['it requires a client certificate', SERVER, 'certified', `?${VERIFY}`, /client certificate/],
    [
      'it refuses our certificate',
      SERVER,
      'certified',
      `?${VERIFY}&sslcert=FOLDER/stranger-own.pem&sslkey=FOLDER/stranger-own.key`,
      /PostgreSQL refuses the certificate in sslcert/,
    ],
    ['a file is missing', SERVER, 'all', '?sslrootcert=FOLDER/none.pem', /sslrootcert .*none\.pem.*Correct the path/],
    ['a file is something else', SERVER, 'all', '?sslrootcert=FOLDER/text.pem', /is not a PEM file: sslrootcert/],
    [
      'the key is of another certificate',
      SERVER,
      'all',
      `?${VERIFY}&sslcert=FOLDER/client.pem&sslkey=FOLDER/own.key`,
      /TLS files that cannot be used/,
    ],
    ['the mode protects nothing', SERVER, 'all', '?sslmode=prefer', /Write sslmode=verify-full/],
    ['the mode does not exist', SERVER, 'all', '?sslmode=verify', /Write disable, require/],
    ['the parameter is misspelt', SERVER, 'all', '?ssl_mode=require', /"ssl_mode", which Latchkey does not know/],
    ['an authority is missing', SERVER, 'all', '?sslmode=verify-ca', /verify-ca without sslrootcert/],
  ])('says what to do if %s', async (_what, certified, admission, query, cure) => {
    await serve(certified, admission)
    const line = aCommandLine({ databaseUrl: at(query) })
    const { code, err } = await line.run('migrate')
    expect(err).toMatch(cure)
    expect(err).not.toMatch(/only-for-this-machine|^ +at /m)
    expect(code).toBe(1)
    expect((await line.run('doctor')).out).toMatch(cure)
  })

  it('a server that does not trust PostgreSQL exits at once, and says why', async () => {
    await serve(EXPIRED)
    const failure = await startServerProcess({ DATABASE_URL: at(`?${VERIFY}`) }).catch(String)
    expect(failure).toContain('the server ended with 1')
    expect(failure).toMatch(/certificate has expired\. Renew the certificate of PostgreSQL\./)
    expect(failure).not.toContain('waiting for the database')
  })
})
