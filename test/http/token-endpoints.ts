import { expect } from 'vitest'
import { sendJson } from '../support/http-client.ts'
import type { TestApp } from '../support/test-app.ts'

const SECRET = 'plain-and-long-enough-for-a-service'

/** For a server whose tokens are presented `everywhere`. */
export const serviceSettings = { SERVICE_CREDENTIALS: `orders:${SECRET}` }

const asService = { authorization: `Basic ${Buffer.from(`orders:${SECRET}`).toString('base64')}` }

const bearerPaths = [
  '/api/v1/me',
  '/api/v1/me/sessions',
  '/api/v1/admin/users',
  '/api/protected/',
  '/api/users/profile/',
]
const refreshPaths = ['token/refresh', 'token/refresh-and-verify', 'token/blacklist']

/** What every endpoint that takes a token of some kind answers to this one: `METHOD path: status`. */
async function presentEverywhere({ url }: TestApp, token: string): Promise<string[]> {
  const ask = async (method: string, path: string, options: Parameters<typeof sendJson>[3]) => {
    const answer = await sendJson(url, method, path, options)
    return { said: `${method} ${path}: ${answer.status}`, answer }
  }
  const answers = [
    // Node sends no header with such characters, and a server reads none.
    ...(/^[\x21-\x7e]+$/.test(token) ? bearerPaths.map((path) => ask('GET', path, { token })) : []),
    ask('POST', '/api/token/verify/', { body: { token } }),
    ask('POST', '/api/v1/refresh', { body: { refresh_token: token } }),
    ask('POST', '/api/v1/logout', { body: { refresh_token: token } }),
    ...refreshPaths.map((path) => ask('POST', `/api/${path}/`, { body: { refresh: token } })),
  ]
  const introspected = await sendJson(url, 'POST', '/api/v1/introspect', { body: { token }, headers: asService })
  const said = (await Promise.all(answers)).map((one) => one.said)
  return [...said, `introspection: ${introspected.text}`]
}

/** Ending a session does not prove who owns it: a user can log out of an account that is gone, too. */
const ENDS = /\/(logout|blacklist)\/?: 20\d$/

/** No endpoint of any kind accepts the token, and none fails on it. */
export async function expectRefusedEverywhere(
  app: TestApp,
  token: string,
  { mayBeEnded = false }: { mayBeEnded?: boolean } = {},
): Promise<void> {
  const said = await presentEverywhere(app, token)
  const taken = said.filter((one) => {
    // The classic contract answers 400 if a refresh token is genuine, but used or ended.
    if (/: (401|\{"active":false\})$/.test(one) || one === 'POST /api/token/verify/: 400') return false
    return !(mayBeEnded && ENDS.test(one))
  })
  expect(taken).toEqual([])
}
