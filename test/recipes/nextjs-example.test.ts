import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { startProgram } from './program.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/nextjs')

beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'build:packages'], { cwd: root })
  // What `npm install` would install there. All other packages are found in the parent folder.
  const linked = join(example, 'node_modules/latchkey')
  mkdirSync(join(linked, '..'), { recursive: true })
  if (!existsSync(linked)) symlinkSync(root, linked)
})

it('examples/nextjs renders the data of the logged-in user, with a token that it refreshed', async () => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-next-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await startProgram({
    command: process.execPath,
    args: ['start.js'],
    cwd: example,
    env: {
      PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
      PORT: String(port),
      LATCHKEY_PORT: String(await freePort()),
      DATABASE_URL: `sqlite:${join(data, 'example.sqlite3')}`,
    },
    url,
  })
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)

  // The server renders the form too, although its client has a relative base URL.
  expect(await (await context.request.get(url)).text()).toContain('Register</button>')
  await page.goto(url)
  await page.getByLabel('Name').fill('anna')
  await page.getByLabel('Password').fill('copper-lantern-42')
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByLabel('Note').fill('Buy milk')
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Buy milk' }).waitFor()

  await context.clearCookies({ name: 'latchkey-access' })
  const rendered = await context.request.get(url)
  expect(await rendered.text()).toContain('Buy milk')
  expect((await context.cookies()).map(({ name }) => name)).toContain('latchkey-access')

  await page.reload()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  expect((await context.request.get(`${url}/notes`)).status()).toBe(401)
}, 180_000)
