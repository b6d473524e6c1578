import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'

const HASH = 'pbkdf2_sha256$1000$saltsalt$eGPPrSt3W/StQvT7AoAffB0IclIZto/sAMx3Wo3bOds='
/** As Django creates it on PostgreSQL. */
const users = (schema: string) => `
  create schema if not exists "${schema}";
  create table "${schema}".people_user (id uuid primary key, password varchar(128) not null, last_login timestamptz,
    email varchar(254) not null unique, is_active boolean not null, is_staff boolean not null, date_joined timestamptz not null);`
const user = (schema: string, id: number, email: string, isActive = true) => `
  insert into "${schema}".people_user values ('0000000${id}-0000-0000-0000-0000000000aa', '${HASH}', null, '${email}',
    ${isActive}, false, '2026-11-01 12:00:00.5+00');`

async function aForeignPostgres(sql: string): Promise<{ url: string; run(sql: string): Promise<void> }> {
  const { url, drop } = await (
    databases.find(({ name }) => name === 'PostgreSQL') ?? { create: () => Promise.reject() }
  ).create()
  onTestFinished(drop)
  const run = async (statements: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(statements).finally(() => client.end())
  }
  await run(sql)
  return { url, run }
}

describe('the import of a Django database on PostgreSQL', () => {
  it('reads UUIDs, truth values and times', async () => {
    const { url, run } = await aForeignPostgres(
      users('public') + user('public', 1, 'ada@example.org') + user('public', 2, 'bob@example.org', false),
    )
    const line = await aReadyCommandLine()
    expect(await line.run('import', 'django', '--from', url)).toMatchObject({ code: 0, err: '' })
    const [ada, bob] = await jsonOf(line, 'users', 'list')
    expect(ada).toMatchObject({ uid: '00000001-0000-0000-0000-0000000000aa', username: 'ada', is_active: true })
    expect(ada.date_joined ?? ada.created_at).toContain('2026-11-01T12:00:00.5')
    expect(bob).toMatchObject({ username: 'bob', is_active: false })
    await run(`delete from people_user where email like 'ada%'`)
    expect((await jsonOf(line, 'import', 'django', '--from', url)).accounts).toMatchObject({ deleted: 1, unchanged: 1 })
  })

  it('refuses to merge the schemas of tenants, and imports the one that is named', async () => {
    const { url } = await aForeignPostgres(
      users('tenant a') +
        users('tenant_b') +
        user('tenant a', 1, 'ada@example.org') +
        user('tenant_b', 2, 'bob@example.org'),
    )
    const line = await aReadyCommandLine()
    expect(await line.run('import', 'django', '--from', url)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Several schemas.*tenant a, tenant_b.*--schema/),
    })
    expect(await line.run('import', 'django', '--from', url, '--schema', 'tenant a')).toMatchObject({ code: 0 })
    expect(await jsonOf(line, 'users', 'list')).toMatchObject([{ username: 'ada' }])
    expect(await line.run('import', 'django', '--from', url, '--schema', 'none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no schema'),
    })
  })
})
