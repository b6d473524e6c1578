import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { readMail } from '../support/received-mail.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

/** A server with djoser's paths, one at a time, and how a front end talks to it. */

export const password = 'Zx9!mKq#Lw7vTr'
const links = {
  DJOSER: 'true',
  ACTIVATION_URL: 'activate/{uid}/{token}',
  PASSWORD_RESET_CONFIRM_URL: '#/reset/{uid}/{token}',
  USERNAME_RESET_CONFIRM_URL: 'name/{uid}/{token}',
  EMAIL_FRONTEND_PROTOCOL: 'https',
  EMAIL_FRONTEND_DOMAIN: 'app.example.com',
}
export const simplejwt = { COMPATIBILITY: 'simplejwt' }

export let app: TestApp | undefined
let folder = ''

export async function start(database: TestDatabase, settings: Record<string, string> = {}): Promise<TestApp> {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-djoser-'))
  app = await startTestApp({ database, settings: { ...links, MAIL_URL: `file:${folder}`, ...settings } })
  return app
}

/** Starts the same server again, with other settings. */
export async function restart(settings: Record<string, string>): Promise<void> {
  app = await app?.restart(settings)
}

afterEach(async () => {
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends a request, with a JWT or a key. */
export async function ask(method: string, path: string, body?: unknown, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization }
  const options = { ...(body !== undefined && { body }), headers }
  const { status, json } = await sendJson(app?.url ?? '', method, `/auth/${path}`, options)
  return { status, json: json as Record<string, unknown> }
}

export const signUp = (username: string) =>
  ask('POST', 'users/', { username, email: `${username}@example.com`, password })

export async function logIn(username: string): Promise<string> {
  const { json } = await ask('POST', 'jwt/create/', { username, password })
  return `JWT ${String(json.access)}`
}

export async function keyOf(username: string): Promise<string> {
  const { json } = await ask('POST', 'token/login/', { username, password })
  return String(json.auth_token)
}

/** Every email to an address so far. */
export async function mailsTo(address: string) {
  await app?.app.mailWorker.settle()
  return readdirSync(folder)
    .toSorted()
    .map((name) => readMail(readFileSync(join(folder, name), 'utf8')))
    .filter(({ headers }) => headers.to?.[0]?.includes(address))
}

/** The two parts of the last link that was mailed to an address. */
export async function linkTo(address: string): Promise<{ uid: string; token: string; link: string }> {
  const link = (await mailsTo(address)).at(-1)?.link ?? ''
  const [token = '', uid = ''] = link.split('/').toReversed()
  return { uid, token, link }
}

/** How often each status occurred. */
export async function race(
  count: number,
  one: (index: number) => Promise<{ status: number }>,
): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => one(index)))
  const tally: Record<number, number> = {}
  for (const { status } of answers) tally[status] = (tally[status] ?? 0) + 1
  return tally
}
