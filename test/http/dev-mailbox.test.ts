import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const MAILBOX = ['/dev/mailbox', '/dev/mailbox/', '/dev/mailbox.json']

type Mailbox = { messages: { id: string; subject: string; to: string; text: string; html: string; links: string[] }[] }

describe.each(databases.filter(({ name }) => name === 'SQLite'))('the development mailbox', (database) => {
  let app: TestApp | undefined
  afterEach(() => app?.close())

  async function start(settings: Record<string, string>): Promise<TestApp> {
    app = await startTestApp({ database, settings })
    return app
  }
  const get = (path: string) => sendJson(app?.url ?? '', 'GET', path)
  const register = (username: string) =>
    sendJson(app?.url ?? '', 'POST', '/api/v1/register', {
      body: { username, email: `${username}@example.net`, password: 'correct horse battery' },
    })

  it('shows at once what would have been sent, newest first, with links to click on', async () => {
    await start({ DEBUG: 'true', PUBLIC_URL: 'http://localhost:8000' })
    expect((await get('/dev/mailbox.json')).json).toEqual({ messages: [] })
    await register('alice')
    await register('bob')
    const { messages } = (await get('/dev/mailbox.json')).json as Mailbox
    expect(messages.map(({ to }) => to)).toEqual(['bob@example.net', 'alice@example.net'])
    const [link] = messages[0]?.links ?? []
    expect(link).toMatch(/^http:\/\/localhost:8000\/account\/verify-email\?token=[\w-]{43}$/)
    const page = await get(`/dev/mailbox/${messages[0]?.id}`)
    expect(page.text).toContain(`href="${link}"`)
    expect(page.text).not.toContain('<script')
    expect(page.headers['content-security-policy']?.[0]).toContain("default-src 'none'")
    expect(page.headers['cache-control']).toEqual(['no-store'])
    const token = link?.split('token=')[1]
    const confirmed = await sendJson(app?.url ?? '', 'POST', '/api/v1/email-verification/confirm', { body: { token } })
    expect(confirmed.status).toBe(200)
  })

  it('still shows the rest if secrets under a previous SECRET_KEY can no longer be decrypted', async () => {
    const former = await start({ DEBUG: 'true', ALGORITHM: 'HS256' })
    await register('alice')
    await get('/dev/mailbox.json')
    app = await former.restart({ SECRET_KEY: 'another-secret-key-for-tests-only-98765' })
    await register('bob')
    const { messages } = (await get('/dev/mailbox.json')).json as Mailbox
    expect(messages.map(({ to }) => to)).toEqual(['bob@example.net'])
    expect((await get('/dev/mailbox')).status).toBe(200)
  })

  it.each([
    { DEBUG: 'false' },
    { DEBUG: 'false', MAIL_URL: 'smtp://127.0.0.1:1' },
    { DEBUG: 'true', MAIL_URL: 'smtp://127.0.0.1:1' },
  ])('does not exist with %j', async (settings) => {
    await start(settings)
    await register('alice')
    for (const path of MAILBOX) expect((await get(path)).status).toBe(404)
  })

  it('does not exist for a server that has none, which says that it sends no mail', async () => {
    const { log } = await start({})
    const body = { email: 'alice@example.net' }
    expect((await sendJson(app?.url ?? '', 'POST', '/api/v1/password-reset', { body })).status).toBe(202)
    expect(log.join('')).toContain('MAIL_URL is not set, so no mail will be sent')
  })
})
