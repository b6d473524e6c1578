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

/** What every endpoint that takes a token of some kind says to this one: `METHOD path: status`. */
export async function presentEverywhere({ url }: TestApp, token: string): Promise<string[]> {
  const ask = async (method: string, path: string, options: Parameters<typeof sendJson>[3]) => {
    const answer = await sendJson(url, method, path, options)
    return { said: `${method} ${path}: ${answer.status}`, answer }
  }
  const answers = [
    // Node writes no header with such characters, and a server reads none.
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

/** What ends a session proves nothing about whose it is: of an account that is gone, too, one may log out. */
const ENDS = /\/(logout|blacklist)\/?: 20\d$/

/** No endpoint of any kind takes the token, and none stumbles over it. */
export async function expectRefusedEverywhere(
  app: TestApp,
  token: string,
  { mayBeEnded = false }: { mayBeEnded?: boolean } = {},
): Promise<void> {
  const said = await presentEverywhere(app, token)
  const taken = said.filter((one) => {
    // The classic contract says 400 where a refresh token is genuine, but spent or ended.
    if (/: (401|\{"active":false\})$/.test(one) || one === 'POST /api/token/verify/: 400') return false
    return !(mayBeEnded && ENDS.test(one))
  })
  expect(taken).toEqual([])
}
