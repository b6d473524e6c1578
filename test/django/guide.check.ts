import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startProgram } from '../recipes/program.ts'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { aDjangoProject } from './django-project.ts'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/moving-from-django.md'), 'utf8')
const PASSWORD = 'correct horse 9'

/** The commands of a section of the guide, one text for each block. */
function commandsUnder(heading: string): string[] {
  const [, rest = ''] = guide.split(`\n## ${heading}\n`)
  const [section = ''] = rest.split('\n## ')
  return [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, commands = '']) => commands)
}

type Pair = { access: string; refresh: string }

/** The `.env` of the guide, for a server on this machine. */
function settingsOfGuide(port: number): string {
  const [, settings = ''] = /```ini\n([\s\S]*?)```/.exec(guide) ?? []
  return `${settings.replace(/^PUBLIC_URL=.*$/m, `PUBLIC_URL=http://127.0.0.1:${port}`)}PORT=${port}\nRATE_LIMITS=off\n`
}

const logIn = (url: string, username: string, password = PASSWORD) =>
  sendJson(url, 'POST', '/api/token/', { body: { username, password } })
const refresh = (url: string, token: string) =>
  sendJson(url, 'POST', '/api/token/refresh/', { body: { refresh: token } })

it('moves a real Django project to Latchkey and back with the commands of the guide, and nobody has to log in again', async () => {
  const project = await aDjangoProject()
  project.django(
    `for name in ["anna", "ben", "gone"]: User.objects.create_user(name, name + "@example.org", "${PASSWORD}")
Group.objects.create(name="Editors").user_set.add(User.objects.get(username="anna"))`,
  )
  const pairs = await Promise.all([1, 2, 3].map(async () => (await logIn(project.url, 'anna')).json as Pair))
  const [live, blacklisted, atDjango] = pairs as [Pair, Pair, Pair]
  await sendJson(project.url, 'POST', '/api/token/blacklist/', { body: { refresh: blacklisted.refresh } })

  const port = await freePort()
  const latchkey = `http://127.0.0.1:${port}`
  writeFileSync(join(project.folder, '.env'), settingsOfGuide(port))
  for (const commands of commandsUnder('Rehearsal')) project.run(commands)
  await startProgram({
    command: process.execPath,
    args: [join(root, 'dist/main.js')],
    cwd: project.folder,
    env: project.env,
    url: `${latchkey}/healthz`,
  })

  // Old passwords, old access tokens, and each old refresh token once.
  expect((await logIn(latchkey, 'anna')).status).toBe(200)
  expect((await sendJson(latchkey, 'GET', '/api/users/profile/', { token: live.access })).json).toMatchObject({
    username: 'anna',
  })
  const answers = await Promise.all(Array.from({ length: 16 }, () => refresh(latchkey, live.refresh)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect((await refresh(latchkey, blacklisted.refresh)).status).toBe(401)
  const moved = answers.find(({ status }) => status === 200)?.json as Pair
  // Django trusts the tokens of Latchkey.
  expect((await sendJson(project.url, 'GET', '/api/me/', { token: moved.access })).json).toEqual({
    id: 1,
    username: 'anna',
  })

  project.django(`User.objects.filter(username="ben").update(is_active=False)
User.objects.get(username="gone").delete()
User.objects.create_user("carl", "", "${PASSWORD}")`)
  for (const commands of commandsUnder('The switch')) project.run(commands)
  const statuses = await Promise.all(
    ['anna', 'ben', 'gone', 'carl'].map(async (name) => (await logIn(latchkey, name)).status),
  )
  expect(statuses).toEqual([200, 401, 401, 200])

  const registered = { username: 'dora', password: 'another horse 10' }
  expect((await sendJson(latchkey, 'POST', '/api/users/', { body: registered })).status).toBe(201)
  const ended = (await logIn(latchkey, 'anna')).json as Pair
  await sendJson(latchkey, 'POST', '/api/token/blacklist/', { body: { refresh: ended.refresh } })
  for (const commands of commandsUnder('The way back')) project.run(commands)
  expect((await logIn(project.url, 'anna')).status).toBe(200)
  expect((await logIn(project.url, 'dora', 'another horse 10')).status).toBe(200)
  expect((await logIn(project.url, 'ben')).status).toBe(401)
  expect((await refresh(project.url, moved.refresh)).status).toBe(200)
  expect((await refresh(project.url, ended.refresh)).status).toBe(401)
  expect((await refresh(project.url, atDjango.refresh)).status).toBe(200)
  expect(project.django('print("groups:", User.objects.get(username="anna").groups.get().name)')).toContain(
    'groups: Editors',
  )
})
