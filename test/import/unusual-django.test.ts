import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { aCommandLine, jsonOf } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { aRecordedDjango, DJANGO_PASSWORD } from '../support/recorded-django.ts'
import { startTestApp } from '../support/test-app.ts'

async function aServer(settings: Record<string, string>) {
  const database = databases[0] ?? expect.fail()
  const app = await startTestApp({ database, settings })
  onTestFinished(() => app.close())
  return { app, line: aCommandLine({ databaseUrl: app.databaseUrl, environment: settings }) }
}

it('requires a decision about phone numbers that would keep their owners from logging in', async () => {
  const django = aRecordedDjango('phone_profile')
  django.run(`
    update people_phoneuser set phone_number = '030 12345677' where phone_number = '+49301234501';
    update people_phoneuser set phone_number = '+49 30 12345677' where phone_number = '+49301234500';`)
  const settings = { USERNAME_FIELD: 'phone_number', LOGIN_WITH: 'phone' }
  const { line } = await aServer(settings)
  const options = ['import', 'django', '--from', django.path]
  const unread = await line.run(...options, '--dry-run')
  expect(unread).toMatchObject({ code: 1, err: expect.stringContaining('Something would be lost') })
  expect(unread.out).toMatch(
    /--on-bad-phone keep\|clear\|skip[\s\S]*"030 12345677" cannot be read.*DEFAULT_PHONE_REGION/,
  )

  const german = await aServer({ ...settings, DEFAULT_PHONE_REGION: 'DE' })
  const doubled = await german.line.run(...options)
  expect(doubled).toMatchObject({
    code: 1,
    out: expect.stringMatching(/--on-same-phone[\s\S]*belongs to an earlier account/),
  })
  expect(await german.line.run(...options, '--on-same-phone', 'keep')).toMatchObject({ code: 0 })
  const body = { phone_number: '030/12345677', password: DJANGO_PASSWORD }
  expect((await sendJson(german.app.url, 'POST', '/api/token/', { body })).status).toBe(200)
})

it('finds the table that Django refers to, whatever its columns are called, and names with quotes in them', async () => {
  const django = aRecordedDjango('auth_user')
  django.run(`
    alter table auth_user rename column username to "Login ""Name";
    alter table auth_user rename column email to "order";
    alter table auth_user rename to "Select";
    create table "decoy" ("id" integer primary key, "password" text, "is_active" bool, "username" text);`)
  const { app, line } = await aServer({})
  const options = ['import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep']
  const template = await line.run(...options, '--mapping-template')
  expect(template).toMatchObject({ code: 0, out: expect.stringContaining('"table": "Select"') })
  const mapping = join(line.workingDirectory, 'mapping.json')
  writeFileSync(
    mapping,
    template.out
      .replace('"username": null', '"username": "Login \\"Name"')
      .replace('"email": null', '"email": "order"'),
  )
  const { accounts } = await jsonOf(line, ...options, '--mapping', mapping)
  expect(accounts).toMatchObject({ created: 7 })
  const anna = await jsonOf(line, 'users', 'show', 'anna')
  expect(anna).toMatchObject({ email: 'anna@example.org', groups: ['Editors'] })
  const body = { username: 'anna', password: DJANGO_PASSWORD }
  expect((await sendJson(app.url, 'POST', '/api/login/', { body })).status).toBe(200)
})

it('reads what Django never wrote: bytes, times without a zone, and texts that no database can store', async () => {
  const django = aRecordedDjango('auth_user')
  django.run(`
    update auth_user set first_name = cast(x'ff00fe' as text), last_login = '2024-05-05 05:05:05' where username = 'anna';
    update auth_user set last_name = x'c3a9', date_joined = 'not a time' where username = 'root';
    update auth_user set password = '{SSHA}abc', last_login = null where username = 'ben';`)
  const { line } = await aServer({})
  const report = await jsonOf(line, 'import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep')
  expect(report.accounts).toMatchObject({ created: 7 })
  expect(await jsonOf(line, 'users', 'show', 'anna')).toMatchObject({ last_login: '2024-05-05T05:05:05.000Z' })
  expect(report.hashes['an unknown format']).toEqual({ count: 1, verifiable: false })
})

it('reads booleans as other programs write them: nobody becomes a superuser because of the text False', async () => {
  const django = aRecordedDjango('auth_user')
  django.run(`
    update auth_user set is_superuser = 'False', is_staff = 'false' where username = 'anna';
    update auth_user set is_superuser = 'no', is_staff = '0.0', is_active = 'True' where username = 'ben';`)
  const { line } = await aServer({})
  await line.run('import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep')
  for (const name of ['anna', 'ben']) {
    expect(await jsonOf(line, 'users', 'show', name)).toMatchObject({ is_superuser: false, is_staff: false })
  }
})

it('gives profile fields the types of their columns', async () => {
  const django = aRecordedDjango('auth_user')
  django.run(`create table people_profile (id integer primary key, user_id int references auth_user (id), birthday date, age int,
      newsletter bool, score real, seen datetime, city text);
    insert into people_profile values (1, 1, '2000-02-29', 42, 1, 1.5, '2024-01-01 00:00:00', 'Köln');`)
  const { line } = await aServer({})
  const mapping = join(line.workingDirectory, 'mapping.json')
  const names = ['birthday', 'age', 'newsletter', 'score', 'seen', 'city']
  const profile = Object.fromEntries(names.map((name) => [name, `p.${name}`]))
  const joins = { p: { table: 'people_profile', column: 'user_id' } }
  writeFileSync(mapping, JSON.stringify({ table: 'auth_user', joins, profile }))
  const options = ['--from', django.path, '--on-unverifiable-hash', 'keep', '--mapping', mapping]
  expect(await line.run('import', 'django', ...options)).toMatchObject({ code: 0 })
  const file = join(line.workingDirectory, 'export')
  await line.run('export', file)
  const anna =
    readFileSync(file, 'utf8')
      .split('\n')
      .find((one) => one.includes('"anna"')) ?? ''
  expect(JSON.parse(anna).profile).toEqual({
    birthday: '2000-02-29',
    age: 42,
    newsletter: true,
    score: 1.5,
    seen: '2024-01-01T00:00:00.000Z',
    city: 'Köln',
  })
})

it('renames a group that was renamed in Django, unless it was renamed here', async () => {
  const django = aRecordedDjango('auth_user')
  const { line } = await aServer({})
  const again = () => line.run('import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep')
  const groups = async () => (await jsonOf(line, 'groups', 'list')).map(({ name }: { name: string }) => name)
  await again()
  django.run(`update auth_group set name = 'Writers' where name = 'Editors'`)
  await again()
  expect(await groups()).toContain('Writers')
  await line.run('groups', 'change', 'Writers', '--name', 'Authors')
  django.run(`update auth_group set name = 'Poets' where name = 'Writers'`)
  expect(await again()).toMatchObject({ code: 0 })
  expect(await groups()).toContain('Authors')
  expect(await jsonOf(line, 'users', 'show', 'anna')).toMatchObject({ groups: ['Authors'] })
})

it('gives a name that became free to the account that has it now: after a deletion, and after a rename', async () => {
  const django = aRecordedDjango('auth_user')
  const { line } = await aServer({})
  const again = () => jsonOf(line, 'import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep')
  await again()
  const columns =
    '(id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)'
  // anna deletes her account and registers again. ben takes the name that root had.
  django.run(`delete from auth_user where username = 'anna';
    insert into auth_user ${columns} values (4711, '!', 0, 'anna', '', 'anna@example.org', 0, 1, '2026-01-01', '');
    update auth_user set username = 'chief' where username = 'root';
    update auth_user set username = 'root' where username = 'ben';`)
  expect(await again()).toMatchObject({ accounts: { created: 1, deleted: 1, updated: 2, kept: {} }, conflicts: [] })
  expect(await jsonOf(line, 'users', 'show', 'anna')).toMatchObject({ uid: '4711' })
  expect(await jsonOf(line, 'users', 'show', 'root')).toMatchObject({ email: 'ben@example.org' })
  expect(await jsonOf(line, 'users', 'show', 'chief')).toMatchObject({ email: 'root@example.org' })
  // A name that an account here has is tried again at the next import.
  await line.run('users', 'create', 'taken', '--no-password')
  django.run(`update auth_user set username = 'taken' where username = 'chief'`)
  expect(await again()).toMatchObject({ accounts: { kept: { name: 1 } } })
  await line.run('users', 'delete', 'taken', '--yes')
  expect(await again()).toMatchObject({ accounts: { updated: 1, kept: {} } })
  expect(await jsonOf(line, 'users', 'show', 'taken')).toMatchObject({ email: 'root@example.org' })
})

it('deletes nobody if the origin is empty: it is probably another database', async () => {
  const django = aRecordedDjango('auth_user')
  const { line } = await aServer({})
  const again = (...more: string[]) =>
    line.run('import', 'django', '--from', django.path, '--on-unverifiable-hash', 'keep', ...more)
  await again()
  django.run('delete from auth_user')
  expect(await again()).toMatchObject({ code: 1, err: expect.stringContaining('add --delete-many') })
  expect(await jsonOf(line, 'users', 'list')).toHaveLength(7)
  expect(await again('--delete-many')).toMatchObject({ code: 0 })
  expect(await jsonOf(line, 'users', 'list')).toEqual([])
})

it('skips rows that nothing can refer to, and counts them', async () => {
  const django = aRecordedDjango('text_key')
  const { line } = await aServer({})
  const before = await jsonOf(line, 'import', 'django', '--from', django.path, '--dry-run')
  const copyAs = (key: string) => `create table copied as select * from htx_user limit 1;
    update copied set id = ${key}, username = 'copy' || length(hex(${key}));
    insert into htx_user select * from copied; drop table copied;`
  django.run([`''`, `'a' || char(0)`, `printf('%0300d', 0)`].map(copyAs).join('\n'))
  const { accounts } = await jsonOf(line, 'import', 'django', '--from', django.path)
  expect(accounts).toMatchObject({ created: before.accounts.created, skipped: { 'no usable primary key': 3 } })
})

it.each([
  ['mysql://root@localhost/app', /does not read mysql databases.*import csv/],
  ['postgresql+psycopg2://app@localhost/app', /Write the URL as postgres:/],
  ['', /names no file/],
  ['sqlite:nowhere.sqlite3', /no SQLite file at nowhere.sqlite3/],
  ['dump.sql', /not a database. Name the file of the database itself. Load a dump/],
  ['damaged.sqlite3', /damaged.sqlite3 cannot be read.*damaged/],
])('says what to do about %j', async (from, message) => {
  const { line } = await aServer({})
  const at = (name: string) => join(line.workingDirectory, name)
  writeFileSync(at('dump.sql'), '-- MySQL dump 10.13\nCREATE TABLE `auth_user` (\n')
  const django = aRecordedDjango('auth_user')
  const bytes = readFileSync(django.path)
  // Everything but the schema.
  writeFileSync(
    at('damaged.sqlite3'),
    Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0xff)]),
  )
  const named = from.endsWith('.sql') || from.startsWith('damaged') ? at(from) : from
  expect(await line.run('import', 'django', '--from', named)).toMatchObject({
    code: 1,
    err: expect.stringMatching(message),
  })
})
