import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aCommandLine, type CommandLine } from '../support/command-line.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { aRecordedDjango, DJANGO_PASSWORD } from '../support/recorded-django.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const PASSWORD = 'a good battery 7'
const keep = ['--on-unverifiable-hash', 'keep']

async function aServer(database: TestDatabase, settings: Record<string, string> = {}) {
  const app = await startTestApp({ database, settings: { COMPATIBILITY: 'simplejwt', ...settings } })
  onTestFinished(() => app.close())
  const environment = { COMPATIBILITY: 'simplejwt', ...settings }
  return { app, line: aCommandLine({ databaseUrl: app.databaseUrl, environment }) }
}

async function register(app: TestApp, username: string, more: object = {}): Promise<void> {
  const body = { username, email: `${username}@example.org`, password: PASSWORD, ...more }
  const answer = await sendJson(app.url, 'POST', '/api/register/', { body })
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
}

async function sync(line: CommandLine, to: string, ...options: string[]) {
  const { code, out, err } = await line.run('sync', 'django', '--to', to, '--json', ...options)
  return { code, err, ...(code === 0 || out !== '' ? JSON.parse(out) : {}) }
}

const userIn = (path: string, where: string): Record<string, unknown> | undefined => {
  const file = new DatabaseSync(path)
  const row = file.prepare(`select * from auth_user where ${where}`).get()
  file.close()
  return row
}

describe.each(databases)('sync django on $name', (database) => {
  it('writes accounts that were registered or changed here, and nothing else', async () => {
    const django = aRecordedDjango('auth_user')
    const { app, line } = await aServer(database)
    await line.run('import', 'django', '--from', django.path, ...keep)
    const anna = userIn(django.path, "username = 'anna'")
    expect(await sync(line, django.path)).toMatchObject({ code: 0, created: 0, updated: 0, problems: [] })

    await register(app, 'newcomer')
    await app.administer('deactivate', 'root')
    const { access: token } = (
      await sendJson(app.url, 'POST', '/api/login/', { body: { username: 'anna', password: DJANGO_PASSWORD } })
    ).json as { access: string }
    await sendJson(app.url, 'PATCH', '/api/v1/me', { token, body: { last_name: 'Changed' } })
    django.run("update auth_user set first_name = 'There' where username = 'ben'")
    expect(await sync(line, django.path, '--dry-run')).toMatchObject({ created: 1, updated: 2 })
    expect(userIn(django.path, "username = 'newcomer'")).toBeUndefined()

    expect(await sync(line, django.path)).toMatchObject({ code: 0, created: 1, updated: 2, problems: [] })
    const account = await app.app.accounts.find('newcomer')
    expect(userIn(django.path, "username = 'newcomer'")).toMatchObject({
      id: Number(account?.uid),
      email: 'newcomer@example.org',
      password: expect.stringMatching(/^argon2\$argon2id\$/),
      is_active: 1,
      is_staff: 0,
      date_joined: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
    })
    expect(userIn(django.path, "username = 'root'")).toMatchObject({ is_active: 0, is_superuser: 1 })
    expect(userIn(django.path, "username = 'anna'")).toMatchObject({
      ...anna,
      last_name: 'Changed',
      password: expect.any(String),
      last_login: expect.any(String),
    })
    expect(userIn(django.path, "username = 'ben'")).toMatchObject({ first_name: 'There' })

    // Once more, with every account: nothing is left to write, and the next import finds nothing to undo.
    expect(await sync(line, django.path, '--full')).toMatchObject({
      created: 0,
      updated: 0,
      deactivated: 0,
      problems: [],
    })
    const again = JSON.parse((await line.run('import', 'django', '--from', django.path, ...keep, '--json')).out)
    expect(again).toMatchObject({ accounts: { created: 0, updated: 1 } })
    expect((await app.app.accounts.find('ben'))?.firstName).toBe('There')
    expect((await app.app.accounts.find('anna'))?.lastName).toBe('Changed')
  })

  it('deactivates users there who were deleted here, and reports what it cannot write', async () => {
    const django = aRecordedDjango('auth_user')
    const { app, line } = await aServer(database)
    await line.run('import', 'django', '--from', django.path, ...keep)
    await sync(line, django.path)
    await app.administer('delete', 'anna')
    await register(app, 'later')
    const { uid } = (await app.app.accounts.find('later')) ?? expect.fail()
    const columns =
      '(id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)'
    django.run(`insert into auth_user ${columns} values (${uid}, '!', 0, 'other', '', '', 0, 1, '2026-01-01', '')`)
    const { code, err, ...report } = await sync(line, django.path)
    expect([code, err]).toEqual([1, expect.stringContaining('could not be written')])
    expect(report).toMatchObject({
      deactivated: 1,
      created: 0,
      problems: [{ key: uid, says: 'another user has this key there: other' }],
    })
    expect(userIn(django.path, "username = 'anna'")).toMatchObject({ is_active: 0 })
    // A name that is taken there.
    django.run(`update auth_user set username = 'later', id = 4711 where id = ${uid}`)
    expect((await sync(line, django.path)).problems).toEqual([{ key: uid, says: expect.stringMatching(/unique/i) }])
  })

  it('leaves a user there alone who only has the key of a deleted account', async () => {
    const django = aRecordedDjango('auth_user')
    const { app, line } = await aServer(database)
    await line.run('import', 'django', '--from', django.path, ...keep)
    await sync(line, django.path)
    await register(app, 'later')
    const { uid } = (await app.app.accounts.find('later')) ?? expect.fail()
    const columns =
      '(id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)'
    django.run(`insert into auth_user ${columns} values (${uid}, '!', 0, 'other', '', '', 0, 1, '2026-01-01', '')`)
    await app.administer('delete', 'later')
    expect(await sync(line, django.path)).toMatchObject({ code: 0, deactivated: 0 })
    expect(userIn(django.path, "username = 'other'")).toMatchObject({ is_active: 1 })
  })

  it('writes groups and permissions, creates missing groups, and the next import finds them', async () => {
    const django = aRecordedDjango('auth_user')
    const { line } = await aServer(database)
    await line.run('import', 'django', '--from', django.path, ...keep)
    await sync(line, django.path)
    await line.run('groups', 'create', 'Writers', '--permissions', 'people.view_post,shop.unknown')
    for (const args of [
      ['groups', 'add', 'Writers', 'anna'],
      ['groups', 'remove', 'Editors', 'anna'],
      ['groups', 'add', 'Editors', 'ben'],
    ]) {
      expect(await line.run(...args)).toMatchObject({ code: 0 })
    }
    expect(await sync(line, django.path, '--dry-run')).toMatchObject({ updated: 2, problems: [] })
    expect(await sync(line, django.path)).toMatchObject({ code: 0, updated: 2, problems: [] })
    const file = new DatabaseSync(django.path)
    const members = file
      .prepare(`select u.username || ' ' || g.name as one from auth_user_groups m join auth_user u on u.id = m.user_id
        join auth_group g on g.id = m.group_id where u.username in ('anna', 'ben') order by 1`)
      .all()
    const granted = file
      .prepare(`select p.codename from auth_group_permissions m join auth_permission p on p.id = m.permission_id
        join auth_group g on g.id = m.group_id where g.name = 'Writers'`)
      .all()
    file.close()
    expect(members.map(({ one }) => one)).toEqual(['anna Writers', 'ben Editors'])
    expect(granted).toEqual([{ codename: 'view_post' }])
    expect(await sync(line, django.path, '--full')).toMatchObject({ created: 0, updated: 0, problems: [] })
    const again = JSON.parse((await line.run('import', 'django', '--from', django.path, ...keep, '--json')).out)
    expect(again).toMatchObject({ accounts: { created: 0, updated: 0 }, undecided: [] })
    // Changes made there in the meantime count.
    django.run('delete from auth_user_groups')
    await line.run('groups', 'add', 'Editors', 'anna')
    expect(await sync(line, django.path)).toMatchObject({ updated: 0 })
  })

  it('writes the columns of joined tables, and creates a missing profile row', async () => {
    const django = aRecordedDjango('auth_user')
    django.run(`create table people_profile (id integer primary key, user_id int not null unique references auth_user (id),
        phone varchar(20) not null, company varchar(50), newsletter bool not null, birthday date, points int not null);
      insert into people_profile values (1, 1, '+4930123', 'Old Ltd', 0, '2000-02-29', 7);`)
    const schema = join(import.meta.dirname, '../support/profile-schema.json')
    const { app, line } = await aServer(database, { PROFILE_SCHEMA_FILE: schema })
    const mapping = join(line.workingDirectory, 'mapping.json')
    const profile = { company: 'p.company', newsletter: 'p.newsletter', birthday: 'p.birthday' }
    const joins = { p: { table: 'people_profile', column: 'user_id' } }
    writeFileSync(mapping, JSON.stringify({ table: 'auth_user', columns: { phone_number: 'p.phone' }, joins, profile }))
    const by = ['--mapping', mapping]
    expect(await line.run('import', 'django', '--from', django.path, ...keep, ...by)).toMatchObject({
      err: '',
      code: 0,
    })
    expect(await sync(line, django.path, ...by)).toMatchObject({ created: 0, updated: 0, problems: [] })
    const change = async (username: string, body: object) => {
      await line.pipe(`${PASSWORD}\n`, 'changepassword', username, '--stdin')
      const credentials = { username, password: PASSWORD }
      const login = await sendJson(app.url, 'POST', '/api/login/', { body: credentials })
      expect([login.status, login.text]).toEqual([200, expect.any(String)])
      const { access: token } = login.json as { access: string }
      expect((await sendJson(app.url, 'PATCH', '/api/v1/me', { token, body })).status).toBe(200)
    }
    await change('anna', { profile: { company: 'New Ltd', newsletter: true }, phone_number: '+4930999' })
    await change('root', { profile: { company: 'Ben Ltd', birthday: '1999-12-31' } })
    expect(await sync(line, django.path, ...by)).toMatchObject({ code: 0, updated: 2, problems: [] })
    const file = new DatabaseSync(django.path)
    const rows = file
      .prepare(`select u.username, phone, company, newsletter, birthday, points from people_profile p
        join auth_user u on u.id = p.user_id order by u.username`)
      .all()
    file.close()
    expect(rows).toEqual([
      { username: 'anna', phone: '+4930999', company: 'New Ltd', newsletter: 1, birthday: '2000-02-29', points: 7 },
      { username: 'root', phone: '', company: 'Ben Ltd', newsletter: 0, birthday: '1999-12-31', points: 0 },
    ])
    // A column that must have a value got one there. The next import brings it here.
    const again = async () =>
      JSON.parse((await line.run('import', 'django', '--from', django.path, ...keep, ...by, '--json')).out).accounts
    expect([await again(), await again()]).toMatchObject([
      { created: 0, updated: 1 },
      { created: 0, updated: 0 },
    ])
  })

  it('writes UUID keys, and the address if users have no name', async () => {
    const django = aRecordedDjango('uuid_email')
    const { app, line } = await aServer(database, {
      ACCOUNT_UID: 'uuid7',
      USERNAME_FIELD: 'email',
      REGISTRATION: 'open',
    })
    await line.run('import', 'django', '--from', django.path, ...keep)
    const body = { email: 'newcomer@example.org', password: PASSWORD }
    expect((await sendJson(app.url, 'POST', '/api/register/', { body })).status).toBe(201)
    expect(await sync(line, django.path)).toMatchObject({ code: 0, created: 1, updated: 0, problems: [] })
    const again = JSON.parse((await line.run('import', 'django', '--from', django.path, ...keep, '--json')).out)
    expect(again).toMatchObject({ accounts: { created: 0, updated: 0 } })
  })

  it('fills columns that PostgreSQL requires, and advances its sequence', async () => {
    const postgres = databases.find(({ name }) => name === 'PostgreSQL') ?? expect.fail()
    const place = await postgres.create()
    const client = new pg.Client({ connectionString: place.url })
    await client.connect()
    onTestFinished(async () => {
      await client.end()
      await place.drop()
    })
    await client.query(`create table auth_user (
      id integer generated by default as identity primary key, password varchar(128) not null,
      last_login timestamptz, is_superuser boolean not null, username varchar(150) not null unique,
      first_name varchar(150) not null, last_name varchar(150) not null, email varchar(254) not null,
      is_staff boolean not null, is_active boolean not null, date_joined timestamptz not null,
      points integer not null, role varchar(20) not null)`)
    const { app, line } = await aServer(database)
    await register(app, 'one')
    await register(app, 'two')
    expect(await sync(line, place.url)).toMatchObject({ code: 0, created: 2, problems: [] })
    const { rows } = await client.query('select id, username, is_active, points, role from auth_user order by id')
    expect(rows.map(({ username }) => username)).toEqual(['one', 'two'])
    expect(rows[0]).toMatchObject({ is_active: true, points: 0, role: '' })
    const next = await client.query(
      `insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, points, role)
      values ('!', false, 'django', '', '', '', false, true, now(), 0, '') returning id`,
    )
    expect(next.rows[0].id).toBeGreaterThan(rows[1].id)
    await app.administer('deactivate', 'two')
    expect(await sync(line, place.url)).toMatchObject({ code: 0, created: 0, updated: 1, problems: [] })
    expect((await client.query("select is_active from auth_user where username = 'two'")).rows).toEqual([
      { is_active: false },
    ])
  })
})
