import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startProgram } from '../recipes/program.ts'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { aDjangoProject } from './django-project.ts'

const root = join(import.meta.dirname, '../..')
const PASSWORD = 'correct horse 9'
const NEW_PASSWORD = 'another horse 10'
const from = 'latchkey import django --from sqlite:db.sqlite3'
const sync = 'latchkey sync django --to sqlite:db.sqlite3'

/** Latchkey in the folder of the project, on a database of its own. */
async function aLatchkey({ folder, env }: Awaited<ReturnType<typeof aDjangoProject>>, settings: string) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const lines = [
    `PUBLIC_URL=${url}`,
    `PORT=${port}`,
    'DATABASE_URL=sqlite:latchkey.sqlite3',
    'SECRET_KEY=the-secret-key-of-a-django-project-0123456789',
    'COMPATIBILITY=simplejwt',
    'RATE_LIMITS=off',
    settings,
  ]
  writeFileSync(join(folder, '.env'), `${lines.join('\n')}\n`)
  return {
    url,
    start: () =>
      startProgram({
        command: process.execPath,
        args: [join(root, 'dist/main.js')],
        cwd: folder,
        env,
        url: `${url}/healthz`,
      }),
  }
}

it('keeps a Django with allauth up to date: users who register or change a password or an address here can log in there', async () => {
  const project = await aDjangoProject({ WITH_ALLAUTH: '1' })
  project.django(`
from allauth.account.models import EmailAddress
for name in ["anna", "ben"]:
    user = User.objects.create_user(name, name + "@example.org", "${PASSWORD}")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
User.objects.create_superuser("root", "", "${PASSWORD}")`)
  const latchkey = await aLatchkey(project, '')
  project.run(from)
  await latchkey.start()
  const logIn = (url: string, username: string, password: string) =>
    sendJson(url, 'POST', '/api/token/', { body: { username, password } })

  const dora = { username: 'dora', email: 'dora@example.org', password: NEW_PASSWORD }
  expect((await sendJson(latchkey.url, 'POST', '/api/register/', { body: dora })).status).toBe(201)
  project.run('latchkey changepassword anna --stdin', `${NEW_PASSWORD}\n`)
  const { access: token } = (await logIn(latchkey.url, 'root', PASSWORD)).json as { access: string }
  const changes = { email: 'anna@new.example.org', email_verified: false }
  const changed = await sendJson(latchkey.url, 'PATCH', '/api/v1/admin/users/1', { token, body: changes })
  expect([changed.status, changed.text]).toEqual([200, expect.any(String)])
  project.run('latchkey users deactivate ben')
  expect(JSON.parse(project.run(`${sync} --json`))).toMatchObject({ created: 1, updated: 3, problems: [] })

  expect((await logIn(project.url, 'dora', NEW_PASSWORD)).status).toBe(200)
  expect((await logIn(project.url, 'anna', NEW_PASSWORD)).status).toBe(200)
  expect((await logIn(project.url, 'anna', PASSWORD)).status).toBe(401)
  expect((await logIn(project.url, 'ben', PASSWORD)).status).toBe(401)
  const addresses = project.django(`
from allauth.account.models import EmailAddress
for one in EmailAddress.objects.order_by("user_id", "id"):
    print("address:", one.user.username, one.email, one.primary, one.verified)`)
  expect(addresses.match(/address: .*/g)).toEqual([
    'address: anna anna@example.org False True',
    'address: anna anna@new.example.org True False',
    'address: ben ben@example.org True True',
    'address: dora dora@example.org True False',
  ])
  // Neither direction undoes anything. Django has rehashed two passwords at these logins, with its own algorithm.
  const { accounts } = JSON.parse(project.run(`${from} --json`))
  expect(accounts).toMatchObject({ created: 0, deleted: 0, kept: { password: 2 } })
  expect(JSON.parse(project.run('latchkey users show anna --json'))).toMatchObject({ email: 'anna@new.example.org' })
  expect(JSON.parse(project.run(`${sync} --full --json`))).toMatchObject({ created: 0, updated: 2, problems: [] })
  expect((await logIn(project.url, 'anna', NEW_PASSWORD)).status).toBe(200)
})

it('writes users with a UUID and an address instead of a name, and Django accepts their tokens', async () => {
  const project = await aDjangoProject({ USER_MODEL: 'people.UuidUser' })
  project.django(`
from django.contrib.auth.hashers import make_password
UuidUser.objects.create(email="ada@example.org", password=make_password("${PASSWORD}"))`)
  const latchkey = await aLatchkey(project, 'ACCOUNT_UID=uuid7\nUSERNAME_FIELD=email')
  project.run(from)
  await latchkey.start()
  const body = { email: 'bob@example.org', password: NEW_PASSWORD }
  expect((await sendJson(latchkey.url, 'POST', '/api/register/', { body })).status).toBe(201)
  project.run(sync)
  for (const url of [latchkey.url, project.url]) {
    const login = await sendJson(url, 'POST', '/api/token/', { body })
    expect([url, login.status]).toEqual([url, 200])
    const { access } = login.json as { access: string }
    expect((await sendJson(project.url, 'GET', '/api/me/', { token: access })).json).toMatchObject({
      username: 'bob@example.org',
    })
  }
})
