import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCommandLine, aReadyCommandLine, type CommandLine } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'
import { freePort } from '../../../test/support/free-port.ts'
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts'
import type { Check } from '../../flows/upkeep/checks/check.ts'
import { queueMail } from '../../mail/outbox-store.ts'

/** Hashing has its default cost, because the cheap hashes of the tests would be a finding. */
const fullCost = { HASH_MEMORY_KIB: undefined, HASH_PASSES: undefined }
const production = { ...fullCost, PUBLIC_URL: 'https://auth.example.org', TRUSTED_PROXIES: '10.0.0.5' }
const OTHER_SECRET = 'another secret than the one of the tests'

/** The findings, as `subject: message`. */
async function findings(cli: CommandLine): Promise<string[]> {
  const { code, out } = await cli.run('doctor', '--json')
  const { healthy, checks }: { healthy: boolean; checks: Check[] } = JSON.parse(out)
  expect(code).toBe(healthy ? 0 : 1)
  // These databases are too new to have a backup.
  const found = checks.filter(({ verdict, subject }) => verdict !== 'ok' && subject !== 'backup')
  return found.map(({ subject, message }) => `${subject}: ${message}`)
}

describe.each(databases)('doctor on $name', (database) => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ database })
  })
  afterAll(() => app.close())

  const aCli = (environment: Record<string, string | undefined> = {}, clock = app.clock) =>
    aCommandLine({
      databaseUrl: app.databaseUrl,
      environment: { ...production, ...environment },
      clock,
    })

  it('finds nothing wrong with a healthy server', async () => {
    expect(await findings(aCli())).toEqual([])
    const { code, out, err } = await aCli().run('doctor')
    expect([code, err]).toEqual([0, ''])
    for (const subject of ['Node', 'clock', 'settings', 'database', 'keys']) {
      expect(out).toMatch(new RegExp(`^ok {7}${subject} `, 'm'))
    }
  })

  it('says when the keys cannot be decrypted, and shows no secret', async () => {
    const cli = aCli({ SECRET_KEY: OTHER_SECRET })
    expect(await findings(cli)).toEqual([expect.stringContaining('was encrypted under another SECRET_KEY')])
    expect((await cli.run('doctor')).out).not.toContain(OTHER_SECRET)
  })

  it('says when the clock is behind what was recorded', async () => {
    const behind = { ...app.clock, now: () => app.clock.now() - 3_600_000 }
    expect(await findings(aCli({}, behind))).toEqual([expect.stringMatching(/^clock: is behind the newest event/)])
  })

  it('says that mail has waited for too long', async () => {
    await app.app.database.inTransaction((tx) =>
      queueMail(tx, {
        ...{ id: 'a', kind: 'hello', accountId: undefined, to: 'ann@example.net', facts: { values: {}, links: [] } },
        ...{ sealedTokens: undefined, queuedAt: app.clock.now() - 7_200_000, expiresAt: app.clock.now() + 7_200_000 },
      }),
    )
    expect(await findings(aCli())).toEqual([expect.stringMatching(/^mail: has been waiting since .* \(1 in all\)\./)])
    expect((await aCli().run('doctor')).code).toBe(0)
    await app.app.database.inTransaction((tx) => tx.deleteFrom('mail_outbox').execute())
  })

  it('checks the database although there is no SECRET_KEY', async () => {
    const cli = aCli({ SECRET_KEY: undefined })
    expect(await findings(cli)).toContainEqual(expect.stringMatching(/^settings: SECRET_KEY: is not set/))
    expect((await cli.run('doctor')).out).toMatch(/^ok {7}database/m)
  })

  it('says that a full disk, or another fault, prevents logins', async () => {
    await app.app.database.inTransaction((tx) => tx.schema.alterTable('server_state').renameTo('away').execute())
    const found = await findings(aCli())
    await app.app.database.inTransaction((tx) => tx.schema.alterTable('away').renameTo('server_state').execute())
    expect(found).toContainEqual(expect.stringMatching(/^database: /))
  })

  it('says that the mail server cannot be reached', async () => {
    const url = `smtp://127.0.0.1:${await freePort()}`
    expect(await findings(aCli({ MAIL_URL: url }))).toEqual([
      expect.stringMatching(/^MAIL_URL: The mail server cannot be used: .*ECONNREFUSED/),
    ])
  })

  it('counts hashes that cannot be verified', async () => {
    await app.app.database.inTransaction(async (tx) => {
      const account = {
        uid: 'old',
        username: 'old',
        username_key: 'old',
        email: '',
        phone_number: '',
        first_name: '',
        last_name: '',
      }
      const rest = { is_staff: 0, is_superuser: 0, created_at: 0, credentials_version: 0 }
      const { id } = await tx
        .insertInto('accounts')
        .values({ ...account, ...rest })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx.insertInto('passwords').values({ account_id: id, hash: 'crypt$$ab', changed_at: 0 }).execute()
    })
    expect(await findings(aCli())).toEqual([expect.stringMatching(/^passwords: 1 account has a hash of crypt/)])
    await app.app.database.inTransaction((tx) => tx.deleteFrom('accounts').where('username', '=', 'old').execute())
  })

  it('warns that the next start would change which names are the same', async () => {
    const cli = aCli({ USERNAME_CASE_SENSITIVE: 'true' })
    expect(await findings(cli)).toEqual([expect.stringMatching(/^USERNAME_CASE_SENSITIVE: .* The next start changes/)])
    expect((await cli.run('doctor')).code).toBe(0)
  })
})

describe('doctor', () => {
  it('reports all faults of the settings, and does not open a database with them', async () => {
    const cli = aCommandLine({ environment: { PORT: 'x', ACCESS_TOKEN_LIFETIME: '5', DATABASE_URL: 'sqlite:data/x' } })
    const found = await findings(cli)
    expect(found.map((finding) => finding.split(' ')[1])).toEqual(['PORT', 'ACCESS_TOKEN_LIFETIME'])
    expect((await cli.run('doctor')).err).toBe('2 problems found.\n')
    expect(readdirSync(cli.workingDirectory)).toEqual([])
  })

  it('says that there is no database, and creates none', async () => {
    const cli = aCommandLine({ environment: { ...production, DATABASE_URL: 'sqlite:data/x.sqlite3' } })
    expect(await findings(cli)).toContainEqual(expect.stringMatching(/^database: There is no database at .*x\.sqlite3/))
    expect((await cli.run('doctor')).out).toMatch(/^problem {2}database {2}There is .*\n {19}Settings come from/m)
    expect(existsSync(join(cli.workingDirectory, 'data'))).toBe(false)
  })

  it('says that a database does not answer, without its password', async () => {
    const cli = aCommandLine({
      databaseUrl: 'postgres://latchkey:hunter2@127.0.0.1:1/latchkey',
      environment: production,
    })
    const found = await findings(cli)
    expect(found).toContainEqual(
      expect.stringMatching(/^database: The database cannot be used: .*ECONNREFUSED.*Check that PostgreSQL is running/),
    )
    expect(found.join()).not.toContain('hunter2')
  })

  it.skipIf(process.platform === 'win32')('says which files others can read', async () => {
    const cli = await aReadyCommandLine(undefined, { environment: { DEBUG: 'true' } })
    const file = cli.databaseUrl?.slice('sqlite:'.length) ?? ''
    const kept = join(file, '../secret-key')
    writeFileSync(kept, 'x', { mode: 0o644 })
    writeFileSync(join(cli.workingDirectory, '.env'), '', { mode: 0o644 })
    chmodSync(file, 0o640)
    expect((await findings(cli)).filter((finding) => finding.startsWith('files'))).toEqual(
      [file, kept, join(cli.workingDirectory, '.env')].map((path) => expect.stringContaining(`chmod 600 ${path}`)),
    )
  })

  it('accepts a development server that keeps its secret itself', async () => {
    const server = aCommandLine({ environment: { ...fullCost, SECRET_KEY: undefined } })
    mkdirSync(join(server.workingDirectory, 'data'))
    writeFileSync(join(server.workingDirectory, 'data/secret-key'), OTHER_SECRET, { mode: 0o600 })
    await server.run('migrate')
    expect(await findings(server)).toEqual([])
  })
})
