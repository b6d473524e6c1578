import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type MailedApp, startMailedApp } from '../support/mailed-app.ts'
import { startTestApp } from '../support/test-app.ts'

/** These tests cover HTTP. Those in test/browser cover what the pages show. */
const sqliteOnly = databases.filter(({ name }) => name === 'SQLite')

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe.each(sqliteOnly)('the pages', (sqlite) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(sqlite, { SITE_NAME: 'A </script><b>name', ALLOWED_ORIGINS: 'https://app.example.org' })
    await at.register('alice')
  })
  afterAll(() => at.close())

  const open = (path: string, headers: Record<string, string> = HTML, method = 'GET'): Promise<JsonAnswer> =>
    sendJson(at.app.url, method, path, { headers })
  const header = (answer: JsonAnswer, name: string) => answer.headers[name]?.[0] ?? ''

  it('run only their own scripts, and only styles of their own or with a nonce that is never reused', async () => {
    const answers = [await open('/sign-in/'), await open('/sign-in/')]
    const nonces = answers.map((answer) => {
      expect(header(answer, 'content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-([^']+)'; .*base-uri 'none'; frame-ancestors 'none'$/,
      )
      expect(answer.text).not.toMatch(
        /<script(?![^>]*(src="\/pages\/|type="application\/json"))|<style|\bon\w+=|https?:\/\/(?!app\.example\.org)/,
      )
      return /nonce="([^"]+)"/.exec(answer.text)?.[1]
    })
    expect(new Set(nonces).size).toBe(2)
    expect(header(answers[0] as JsonAnswer, 'referrer-policy')).toBe('no-referrer')
    expect(header(answers[0] as JsonAnswer, 'cache-control')).toBe('no-store')
  })

  it('treat the name of the deployment as text, whatever it contains', async () => {
    const { text } = await open('/sign-in/')
    expect(text).toContain('<title>A &lt;/script&gt;&lt;b&gt;name</title>')
    expect(text).not.toContain('<b>')
    const [, json = ''] = /id="latchkey-site">(.*?)<\/script>/.exec(text) ?? []
    expect(JSON.parse(json)).toMatchObject({ name: 'A </script><b>name', next_origins: ['https://app.example.org'] })
  })

  it('show the logo and an icon, which run nothing even if they are opened by themselves', async () => {
    const answer = await open('/pages/icon.svg')
    expect([answer.status, header(answer, 'content-type')]).toEqual([200, 'image/svg+xml'])
    expect(header(answer, 'content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
    expect(answer.text).toContain('fill="#3b5bdb"')
  })

  it.each([
    ['/sign-in/', 'sign-in-page'],
    ['/sign-in/?next=%2Faccount%2F', 'sign-in-page'],
    ['/sign-up/', 'sign-up-page'],
    ['/signed-out/', 'signed-out-page'],
    ['/forgot-password/', 'forgot-password-page'],
    ['/account/reset-password?token=x', 'reset-password-page'],
    ['/account/', 'profile-page'],
    ['/account/security/', 'security-page'],
  ])('tell the browser at once what %s needs, not only once its script runs', async (path, part) => {
    const { text } = await open(path)
    const preloads = [...text.matchAll(/<link rel="modulepreload" crossorigin href="([^"]+)">/g)].map(
      ([, url]) => url ?? '',
    )
    expect(preloads.filter((url) => url.includes(`/${part}-`))).toHaveLength(1)
    expect(new Set(preloads).size).toBe(preloads.length)
    for (const url of preloads) expect((await open(url)).status).toBe(200)
    // Those of a part override those of every page.
    const styles = [...text.matchAll(/<link rel="stylesheet" crossorigin href="([^"]+)">/g)].map(([, url]) => url ?? '')
    const shared = styles.findIndex((url) => url.includes('/index-'))
    expect(styles.slice(0, shared).some((url) => url.includes('/items-'))).toBe(false)
    if (part === 'security-page') expect(styles.slice(shared).some((url) => url.includes('/items-'))).toBe(true)
    for (const url of styles) expect((await open(url)).status).toBe(200)
  })

  it('do so below a path of PUBLIC_URL, too', async () => {
    const app = await startTestApp({ database: sqlite, settings: { PUBLIC_URL: 'https://example.org/auth' } })
    onTestFinished(() => app.close())
    const get = (path: string) => sendJson(app.url, 'GET', path, { headers: HTML })
    const { text } = await get('/auth/account/reset-password')
    const [, script = ''] = /<link rel="modulepreload" [^>]*href="([^"]+\/reset-password-page-[^"]+)">/.exec(text) ?? []
    expect(script).toMatch(/^\/auth\/pages\//)
    expect((await get(script)).status).toBe(200)
  })

  it('preload nothing for an address that leads nowhere, or is malformed', async () => {
    const links = (text: string) => text.match(/rel="modulepreload"/g)?.length
    const common = links((await open('/nowhere/')).text)
    for (const path of ['/sign-in//evil', '/confirm-email/', '/%00/', '//', '//sign-in/'])
      expect(links((await open(path)).text) ?? common).toBe(common)
  })

  it('load files that may be cached forever, compressed ahead of time', async () => {
    const [, script = ''] = /src="(\/pages\/[^"]+\.js)"/.exec((await open('/sign-in/')).text) ?? []
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['identity', undefined],
    ]) {
      const answer = await open(script, { 'accept-encoding': accepted ?? '' })
      expect(answer.status).toBe(200)
      expect(answer.headers['content-encoding']?.[0]).toBe(encoding)
      expect(header(answer, 'cache-control')).toBe('public, max-age=31536000, immutable')
      expect(header(answer, 'content-type')).toBe('text/javascript; charset=utf-8')
    }
    for (const path of ['/pages/index.html', '/pages/manifest.json', '/pages/..%2findex.html', '/pages/none.js']) {
      expect((await open(path, {})).status).toBe(404)
    }
  })

  it('use up no token by being opened, however often: programs open every link they find', async () => {
    const [mail] = await at.mail()
    const path = (mail?.link ?? '').replace(/^https:\/\/auth\.example\.org/, '')
    for (const method of ['GET', 'HEAD', 'GET']) expect((await open(path, HTML, method)).status).toBe(200)
    const token = new URLSearchParams(path.split('?')[1]).get('token')
    const confirmed = await sendJson(at.app.url, 'POST', '/api/v1/email-verification/confirm', { body: { token } })
    expect(confirmed.status).toBe(200)
  })

  it('redirect the root to sign-in, or to the account if there is a session', async () => {
    const stranger = await open('/')
    expect([stranger.status, header(stranger, 'location')]).toEqual([302, '/sign-in/'])
    const signedIn = await open('/', { ...HTML, cookie: '__Host-latchkey-refresh=x' })
    expect([signedIn.status, header(signedIn, 'location')]).toEqual([302, '/account/'])
    // A link on another site leads here without the cookies, which browsers hold back.
    const fromElsewhere = await open('/', { ...HTML, 'sec-fetch-site': 'cross-site' })
    expect([fromElsewhere.status, header(fromElsewhere, 'location')]).toEqual([302, '/account/'])
  })

  it('redirect a visitor from the administration to sign-in and back, and refuse other accounts', async () => {
    const first = await open('/admin/')
    expect([first.status, header(first, 'location')]).toEqual([302, '/admin/login/?next=/admin/'])
    const second = await open(header(first, 'location'))
    expect([second.status, header(second, 'location')]).toEqual([302, '/sign-in/?next=%2Fadmin%2F'])
    const deep = await open('/admin/users/?search=a')
    expect(header(deep, 'location')).toBe('/admin/login/?next=%2Fadmin%2Fusers%2F%3Fsearch%3Da')
    const token = await at.login('alice')
    expect((await open('/admin/', { ...HTML, cookie: `__Host-latchkey-access=${token}` })).status).toBe(403)
    expect((await open('/admin/', { ...HTML, cookie: '__Host-latchkey-access=junk' })).status).toBe(302)
  })

  it('give a browser a page when something fails, and a program the same response as before', async () => {
    const token = await at.login('alice')
    const cookie = `__Host-latchkey-access=${token}`
    const rename = (from: string, to: string) =>
      at.app.app.database.inTransaction((tx) => tx.schema.alterTable(from).renameTo(to).execute())
    await rename('accounts', 'gone')
    const page = await open('/admin/users/', { ...HTML, cookie })
    const program = await open('/admin/users/', { accept: 'application/json', cookie })
    await rename('gone', 'accounts')
    expect(program.status).toBeGreaterThanOrEqual(500)
    expect(program.json).toMatchObject({ detail: expect.any(String) })
    expect([page.status, header(page, 'content-type')]).toEqual([program.status, 'text/html; charset=utf-8'])
    expect(page.text).toContain(`"status":${page.status}`)
  })

  it('give a browser a page if nothing exists there, and a program the same response as before', async () => {
    const page = await open('/nowhere')
    expect([page.status, header(page, 'content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    for (const [path, headers] of [
      ['/nowhere', { accept: 'application/json' }],
      ['/nowhere', {}],
      ['/', {}],
      ['/nowhere', { ...HTML, authorization: 'Bearer x' }],
      ['/api/v1/nowhere', HTML],
    ] as const) {
      const answer = await open(path, headers)
      expect(answer.status).toBe(404)
      expect(header(answer, 'content-type')).toMatch(/json/)
    }
  })

  it('redirect browsers from the dashboard to the account; programs get the same response as before', async () => {
    const browser = await open('/dashboard/')
    expect([browser.status, header(browser, 'location')]).toEqual([302, '/account/'])
    const token = await at.login('alice')
    const program = await sendJson(at.app.url, 'GET', '/dashboard/', { token })
    expect(program.json).toEqual({ message: 'Welcome to your dashboard, alice' })
    expect((await open('/dashboard/', { accept: 'application/json' })).status).toBe(401)
  })
})
