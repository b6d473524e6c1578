import { writeFileSync } from 'node:fs'
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

it('wants a choice about phone numbers that would keep their owners from logging in', async () => {
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
