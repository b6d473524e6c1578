import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { addAdministrator, logIn } from '../support/v1-client.ts'

/** OWASP ASVS 5.0 §§6.2.1, 6.2.4, 6.2.11; those of the account are called `ann-of-the-north`. */
const REFUSED = [
  'short7!',
  'password1',
  '9318472650118',
  'ann-of-the-north',
  'northern.lights@example.net',
  'latchkey!',
]
const TAKEN = ['aaaaaaaaaaaaaaaaaaaa', '😀🐎🔋📎😀🐎🔋📎', ' with blanks around ', `${'long '.repeat(100)}one`]

describe.each(databases)('a new password, on $name', (database) => {
  let at: MailedApp
  let root: string
  let people = 0

  beforeAll(async () => {
    at = await startMailedApp(database)
    await addAdministrator(at.app, 'root')
    root = (await logIn(at.app, 'root')).access_token
  })
  afterAll(() => at.close())

  // So that each is a different name under the rule for names, and as similar to the password as the others.
  const aName = () => `ann-of-the-north${++people}`
  const owner = () => ({ username: aName(), email: 'northern.lights@example.net' })

  async function aMember(): Promise<{ id: number; token: string }> {
    const body = { ...owner(), password: PASSWORD }
    const { json } = await at.post('/api/v1/register', body)
    return { id: (json as { id: number }).id, token: await at.login(body.username) }
  }
  async function aToken(ask: () => Promise<unknown>): Promise<string> {
    await at.mail()
    await ask()
    return (await at.mail()).at(-1)?.token ?? ''
  }

  /** Every path that sets a password. */
  const paths: Record<string, (password: string) => Promise<JsonAnswer>> = {
    'POST /api/v1/register': (password) => at.post('/api/v1/register', { ...owner(), password }),
    'POST /api/register/': (password) => at.post('/api/register/', { ...owner(), password }),
    'POST /api/users/': (password) => at.post('/api/users/', { ...owner(), password }),
    'POST /register/': (password) => at.post('/register/', { ...owner(), password }),
    'POST /api/users/register/': (password) =>
      at.post('/api/users/register/', { ...owner(), password, password2: password, first_name: 'A', last_name: 'B' }),
    'POST /api/v1/me/password': async (password) =>
      at.post('/api/v1/me/password', { old_password: PASSWORD, new_password: password }, (await aMember()).token),
    'POST /api/change-password/': async (password) =>
      at.post('/api/change-password/', { old_password: PASSWORD, new_password: password }, (await aMember()).token),
    'POST /api/v1/password-reset/confirm': async (password) => {
      await aMember()
      const token = await aToken(() => at.post('/api/v1/password-reset', { email: 'northern.lights@example.net' }))
      return at.post('/api/v1/password-reset/confirm', { token, password })
    },
    'POST /api/v1/invitations/accept': async (password) => {
      const email = 'northern.lights@example.net'
      const token = await aToken(() => at.post('/api/v1/admin/invitations', { email }, root))
      return at.post('/api/v1/invitations/accept', { token, username: aName(), password })
    },
    'POST /api/v1/admin/users': (password) => at.post('/api/v1/admin/users', { ...owner(), password }, root),
    'POST /api/v1/admin/users/{id}/password': async (password) =>
      at.post(`/api/v1/admin/users/${(await aMember()).id}/password`, { password }, root),
  }

  it.each(Object.entries(paths))(
    '%s refuses passwords that are guessed first, and accepts all others',
    async (path, set) => {
      // The one path that takes no address.
      const isLike = (password: string) => path !== 'POST /api/users/' || !password.includes('@')
      for (const password of REFUSED.filter(isLike)) {
        const { status, text } = await set(password)
        expect([password, status, text]).toEqual([password, 400, expect.stringMatching(/password/)])
      }
      const limit = path.includes('/api/v1/') ? 1_024 : 128
      for (const password of TAKEN.filter(({ length }) => length <= limit)) {
        const { status } = await set(password)
        expect([password, [200, 201, 204].includes(status)]).toEqual([password, true])
      }
    },
  )

  it('of 1,025 characters is more than v1 accepts, on every path', async () => {
    for (const [path, set] of Object.entries(paths).filter(([path]) => path.includes('/api/v1/'))) {
      expect([path, (await set('x'.repeat(1_025))).status]).toEqual([path, 400])
    }
    expect((await sendJson(at.app.url, 'GET', '/healthz')).status).toBe(200)
  })
})
