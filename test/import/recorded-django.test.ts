import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aCommandLine, aReadyCommandLine, type CommandLine, jsonOf } from '../support/command-line.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { aRecordedDjango, DJANGO_PASSWORD } from '../support/recorded-django.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

/** A server and a command line on one database. */
async function aServer(database: TestDatabase, settings: Record<string, string> = {}) {
  const app = await startTestApp({ database, settings: { COMPATIBILITY: 'simplejwt', ...settings } })
  onTestFinished(() => app.close())
  const environment = { COMPATIBILITY: 'simplejwt', ...settings }
  return { app, line: aCommandLine({ databaseUrl: app.databaseUrl, environment }) }
}

async function logIn(app: TestApp, username: string, password = DJANGO_PASSWORD): Promise<number> {
  return (await sendJson(app.url, 'POST', '/api/login/', { body: { username, password } })).status
}

async function accountOf(line: CommandLine, username: string) {
  return JSON.parse((await line.run('users', 'show', username, '--json')).out)
}

const keep = ['--on-unverifiable-hash', 'keep']

describe.each(databases)('the import of a recorded Django database on $name', (database) => {
  it('imports users with their ids, hashes, rights and posts, while the server runs', async () => {
    const django = aRecordedDjango('auth_user')
    const { app, line } = await aServer(database)
    const imported = await line.run('import', 'django', '--from', `sqlite:${django.path}`, ...keep)
    expect(imported).toMatchObject({ code: 0, err: '' })
    expect(await Promise.all(['anna', 'Ånna', 'sha1', 'root'].map((name) => logIn(app, name)))).toEqual(
      Array(4).fill(200),
    )
    // Inactive, a weak hash, and a password that Django marked as unusable.
    expect(await Promise.all(['ben', 'md5', 'social'].map((name) => logIn(app, name)))).toEqual(Array(3).fill(401))
    expect(await accountOf(line, 'anna')).toMatchObject({
      id: 1,
      email: 'anna@example.org',
      first_name: 'Anna',
      groups: ['Editors'],
      is_active: true,
      is_superuser: false,
    })
    expect(await accountOf(line, 'root')).toMatchObject({ is_staff: true, is_superuser: true })
    const { access } = (
      await sendJson(app.url, 'POST', '/api/login/', { body: { username: 'anna', password: DJANGO_PASSWORD } })
    ).json as { access: string }
    const profile = await sendJson(app.url, 'GET', '/api/users/profile/', { token: access })
    expect(profile.json).toMatchObject({ id: 1, username: 'anna' })
    const posts = await sendJson(app.url, 'GET', '/api/posts/', { token: access })
    expect(posts.json).toMatchObject([{ title: 'Second' }, { title: 'First' }])
    const next = await sendJson(app.url, 'POST', '/api/users/', {
      body: { username: 'next', password: DJANGO_PASSWORD },
    })
    expect(next.status).toBe(201)
    expect(await accountOf(line, 'next')).toMatchObject({ id: 8 })
  })

  it('says in a dry run what it would do, changes nothing, and exits with 1 if something would be lost', async () => {
    const django = aRecordedDjango('null_names')
    const { line } = await aServer(database, { USERNAME_CASE_SENSITIVE: 'false' })
    const options = ['import', 'django', '--from', django.path, '--dry-run']
    const refused = await line.run(...options)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Something would be lost') })
    expect(refused.out).toMatch(/"twin" is taken.*"fine" is taken/s)
    const report = await jsonOf(line, ...options)
    expect(report.undecided.toSorted()).toEqual(['bad_email', 'same_name', 'unverifiable_hash'])
    expect(report.hashes.crypt).toEqual({ count: 1, verifiable: false })
    const choices = ['--on-same-name', 'rename', '--on-bad-email', 'clear', ...keep]
    expect(await line.run(...options, ...choices)).toMatchObject({ code: 0 })
    expect(await jsonOf(line, 'users', 'list')).toEqual([])

    expect(await line.run('import', 'django', '--from', django.path)).toMatchObject({ code: 1 })
    expect(await jsonOf(line, 'users', 'list')).toEqual([])
    expect(await line.run('import', 'django', '--from', django.path, ...choices)).toMatchObject({ code: 0 })
    const users: { username: string; email: string }[] = await jsonOf(line, 'users', 'list')
    expect(users.map(({ username, email }) => [username, email]).toSorted()).toEqual([
      ['Twin', 'A@example.org'],
      ['a', 'a@example.org'],
      ['fine-6', ''],
      ['odd', 'b@example.org'],
      ['twin-4', ''],
      ['user', ''],
      ['ﬁne', ''],
    ])
    const again = await jsonOf(line, 'import', 'django', '--from', django.path)
    expect(again.accounts).toMatchObject({ created: 0, updated: 0, unchanged: 7 })
  })

  it('keeps UUIDs as ids in tokens and the profile, and deactivates soft-deleted users', async () => {
    const django = aRecordedDjango('uuid_email')
    const { app, line } = await aServer(database)
    expect(await line.run('import', 'django', '--from', django.path)).toMatchObject({ code: 0, err: '' })
    const uid = '0abcdef0-0000-0000-0000-000000000000'
    expect(await accountOf(line, 'ada')).toMatchObject({ uid, first_name: 'Ada Lovelace' })
    expect(await accountOf(line, 'gone')).toMatchObject({ is_active: false })
    const login = await sendJson(app.url, 'POST', '/api/token/', {
      body: { username: 'ada', password: DJANGO_PASSWORD },
    })
    const { access } = login.json as { access: string }
    expect(JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ user_id: uid })
    expect((await sendJson(app.url, 'GET', '/api/users/profile/', { token: access })).json).toMatchObject({ id: uid })
  })

  it('imports the primary address of allauth, and trusts only a verified one', async () => {
    const django = aRecordedDjango('text_key')
    const { app, line } = await aServer(database)
    expect(await line.run('import', 'django', '--from', django.path)).toMatchObject({ code: 0, err: '' })
    const rows = await app.app.database.read.selectFrom('accounts').selectAll().orderBy('id').execute()
    expect(rows).toMatchObject([
      { uid: 'usr_0', email: 'one@example.org', email_verified_at: expect.any(Number) },
      { uid: 'usr_1', email: 'two@example.org', email_verified_at: null },
    ])
    expect(await logIn(app, 'person1')).toBe(200)
  })

  it('follows a mapping to a second table', async () => {
    const django = aRecordedDjango('phone_profile')
    const { app, line } = await aServer(database)
    const template = await line.run('import', 'django', '--from', django.path, '--mapping-template')
    expect(template).toMatchObject({ code: 0, err: '' })
    const file = join(line.workingDirectory, 'mapping.json')
    const edited = template.out
      .replace('"joins": {}', '"joins": {"profile": {"table": "people_profile", "column": "owner_id"}}')
      .replace('"email": null', '"email": "profile.mail"')
    writeFileSync(file, edited)
    const mapped = await line.run('import', 'django', '--from', django.path, '--mapping', file)
    expect(mapped).toMatchObject({ code: 0, err: '' })
    expect(await accountOf(line, 'p1')).toMatchObject({
      phone_number: '+49301234501',
      first_name: 'Person 1',
    })
    expect(await logIn(app, 'p1')).toBe(200)
    writeFileSync(file, '{"table": "people_phoneuser", "colums": {}}')
    expect(await line.run('import', 'django', '--from', django.path, '--mapping', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('colums'),
    })
  })

  it('imports what has changed since, and keeps what was changed here', async () => {
    const django = aRecordedDjango('auth_user')
    const { app, line } = await aServer(database)
    const again = () => jsonOf(line, 'import', 'django', '--from', django.path, ...keep)
    await again()
    // A better hash after a login does not count as a change.
    expect(await logIn(app, 'anna')).toBe(200)
    await line.pipe('my new password 7\n', 'changepassword', 'root', '--stdin')
    django.run(`
      update auth_user set email = 'anna@new.example.org', is_active = 0 where username = 'anna';
      update auth_user set password = (select password from auth_user where username = 'sha1'), first_name = 'Rooty'
        where username = 'root';
      update auth_user set is_active = 1 where username = 'ben';
      delete from auth_user_groups where user_id = 1;
      delete from auth_user where username = 'social';
      delete from people_post where title = 'First';
      insert into auth_user (id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)
        select 99, password, 0, 'late', '', '', 0, 1, date_joined, '' from auth_user where username = 'anna'`)
    const report = await again()
    expect(report.accounts).toMatchObject({ created: 1, updated: 3, unchanged: 3, deleted: 1, kept: { password: 1 } })
    expect(report.posts).toMatchObject({ created: 0, deleted: 1 })
    expect(await accountOf(line, 'anna')).toMatchObject({ email: 'anna@new.example.org', is_active: false, groups: [] })
    expect(await accountOf(line, 'root')).toMatchObject({ first_name: 'Rooty' })
    expect([await logIn(app, 'root'), await logIn(app, 'root', 'my new password 7')]).toEqual([401, 200])
    expect([await logIn(app, 'anna'), await logIn(app, 'ben'), await logIn(app, 'late')]).toEqual([401, 200, 200])
    expect(await line.run('users', 'show', 'social')).toMatchObject({ code: 1 })
    expect((await again()).accounts).toMatchObject({ created: 0, updated: 0, deleted: 0, unchanged: 7, kept: {} })

    await line.run('users', 'delete', 'late', '--yes')
    django.run(`update auth_user set first_name = 'Later' where username = 'late'`)
    expect((await again()).accounts).toMatchObject({ created: 0, gone: 1 })
    expect(await line.run('users', 'show', 'late')).toMatchObject({ code: 1 })
  })

  it('never brings back a group that was deleted here', async () => {
    const django = aRecordedDjango('auth_user')
    const { line } = await aServer(database)
    const again = () => jsonOf(line, 'import', 'django', '--from', django.path, ...keep)
    expect(await again()).toMatchObject({ groups: 2 })
    await line.run('groups', 'delete', 'Editors', '--yes')
    expect(await again()).toMatchObject({ groups: 1 })
    expect(await again()).toMatchObject({ groups: 1 })
    expect(await jsonOf(line, 'groups', 'list')).toEqual([expect.not.objectContaining({ name: 'Editors' })])
  })

  it('deletes many accounts only with an explicit option, because it may be the wrong database', async () => {
    const django = aRecordedDjango('auth_user')
    django.run(`
      with recursive n(i) as (select 100 union all select i + 1 from n where i < 140)
      insert into auth_user (id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)
        select i, '!', 0, 'user' || i, '', '', 0, 1, date_joined, '' from n, auth_user where username = 'anna'`)
    const { line } = await aServer(database)
    const again = (...more: string[]) => line.run('import', 'django', '--from', django.path, ...keep, ...more)
    expect(await again()).toMatchObject({ code: 0 })
    django.run('delete from auth_user where id >= 100')
    expect(await again()).toMatchObject({ code: 1, err: expect.stringContaining('--delete-many') })
    expect(await jsonOf(line, 'users', 'list')).toHaveLength(48)
    expect(await again('--delete-many')).toMatchObject({ code: 0 })
    expect(await jsonOf(line, 'users', 'list')).toHaveLength(7)
  })
})

describe('an import', () => {
  it('that cannot read its origin says why', async () => {
    const line = await aReadyCommandLine()
    const from = (url: string) => line.run('import', 'django', '--from', url)
    expect(await from('nowhere.sqlite3')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no SQLite file'),
    })
    expect(await from('mysql://localhost/x')).toMatchObject({ code: 1, err: expect.stringContaining('mysql') })
    expect(await from('postgres://127.0.0.1:1/x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not respond'),
    })
    writeFileSync(join(line.workingDirectory, 'text'), 'no database at all, only some text that is long enough')
    expect(await from(join(line.workingDirectory, 'text'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    })
  })
})
