import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { anImportingServer, shownAccount } from '../support/importing-server.ts'

const recorded = readFileSync(join(import.meta.dirname, '../django/recorded/uuid_email.postgres.sql'), 'utf8')

/** The database that Django created on PostgreSQL, in a schema, with users that have UUIDs and no names. */
const django = (schema: string) =>
  `create schema if not exists "${schema}";${recorded.replaceAll('public.', `"${schema}".`)}`

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

const ADA = '0abcdef0-0000-0000-0000-000000000000'

describe('the import of a Django database that was recorded on PostgreSQL', () => {
  it('reads UUIDs, booleans, times and groups, and what has changed since', async () => {
    const { url, run } = await aForeignPostgres(django('public'))
    await run(`
      insert into public.auth_group values (1, 'Editors');
      insert into public.users_groups values (1, '${ADA}', 1);
      update public.users set created_at = '2026-11-01 12:00:00.5+00', last_login = now() + interval '9 hours' where email like 'ada%';`)
    const { line, logIn } = await anImportingServer()
    expect(await line.run('import', 'django', '--from', url)).toMatchObject({ code: 0, err: '' })
    expect(await shownAccount(line, 'ada')).toMatchObject({
      uid: ADA,
      first_name: 'Ada Lovelace',
      groups: ['Editors'],
      is_active: true,
      date_joined: '2026-11-01T12:00:00.500Z',
    })
    expect(await shownAccount(line, 'gone')).toMatchObject({ is_active: false })
    expect([await logIn('ada'), await logIn('ada@example.org'), await logIn('gone@example.org')]).toEqual([
      200, 200, 401,
    ])
    await run(`delete from public.users_groups; delete from public.users where email like 'ada%';
      update public.users set is_active = false where email ilike 'bob%'`)
    const again = await jsonOf(line, 'import', 'django', '--from', url)
    expect(again.accounts).toMatchObject({ created: 0, updated: 1, deleted: 1, unchanged: 2 })
    expect(await shownAccount(line, 'bob')).toMatchObject({ is_active: false })
  })

  it('says which table it may not read, and how to grant access', async () => {
    const { url, run } = await aForeignPostgres(django('public'))
    const name = `reader_${Math.random().toString(36).slice(2)}`
    await run(`create role ${name} login password 'only-here'; grant select on public.users to ${name}`)
    onTestFinished(() => run(`drop owned by ${name}; drop role ${name}`))
    const limited = new URL(url)
    Object.assign(limited, { username: name, password: 'only-here' })
    const { line } = await anImportingServer()
    expect(await line.run('import', 'django', '--from', limited.href)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/may not read everything: permission denied for table .*grant select on all tables/),
    })
  })

  it('refuses to merge the schemas of tenants, and imports the named one', async () => {
    const { url, run } = await aForeignPostgres(django('tenant a') + django('tenant_b'))
    await run(`update "tenant a".users set email = 'only@example.org' where id = '${ADA}'`)
    const line = await aReadyCommandLine()
    expect(await line.run('import', 'django', '--from', url)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Several schemas.*tenant a, tenant_b.*--schema/),
    })
    expect(await jsonOf(line, 'users', 'list')).toEqual([])
    expect(await line.run('import', 'django', '--from', url, '--schema', 'tenant a')).toMatchObject({ code: 0 })
    expect(await shownAccount(line, 'only')).toMatchObject({ uid: ADA })
    expect(await line.run('import', 'django', '--from', url, '--schema', 'none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no schema'),
    })
  })
})
