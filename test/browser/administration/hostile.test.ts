import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, startAdministrationApp } from './administration-app.ts'

/** Markup that would run, load something or break out of an attribute if a page did not show text as text. */
const MARKUP = `"'><img src=x onerror="window.hit=1"><script>window.hit=1</script>{{7*7}}`

describe('the administration under attack', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor
  let root: string

  beforeAll(async () => {
    app = await startAdministrationApp({ WEBHOOK_ALLOW_PRIVATE: 'true' })
    browser = await launchChromium()
    visitor = await visit(browser, { url: app.url })
    root = await logIn('root')
    await enter(visitor)
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  async function logIn(username: string): Promise<string> {
    const headers = { 'user-agent': MARKUP }
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { username, password: PASSWORD },
      headers,
    })
    return (json as { access_token: string }).access_token
  }
  const send = async (token: string, method: string, path: string, body: object) => {
    const { status, json, text } = await sendJson(app.url, method, path, { token, body })
    if (status > 299) throw new Error(`${path}: ${text}`)
    return json as { id: number }
  }

  it('shows markup in every field as the text that it is', async () => {
    const id = await app.make('mallory', { firstName: MARKUP, lastName: MARKUP })
    const token = await logIn('mallory')
    const own = {
      first_name: MARKUP,
      last_name: MARKUP,
      phone_number: MARKUP.slice(0, 20),
      profile: { city: MARKUP.slice(0, 60) },
    }
    await send(token, 'PATCH', '/api/v1/me', own)
    const { id: post } = await send(token, 'POST', '/api/posts/', { title: MARKUP, content: MARKUP })
    const group = await send(root, 'POST', '/api/v1/admin/groups', { name: MARKUP, description: MARKUP })
    await send(root, 'PUT', `/api/v1/admin/groups/${group.id}/members/${id}`, {})
    const webhook = await send(root, 'POST', '/api/v1/admin/webhooks', {
      url: `http://127.0.0.1:9/${encodeURI(MARKUP)}`,
      description: MARKUP,
      events: ['login.succeeded'],
    })
    await logIn('mallory')
    await app.app.webhookWorker.settle()
    await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: MARKUP, password: MARKUP } })
    await send(root, 'POST', '/api/v1/admin/invitations', { email: '"<b>x</b>"@example.org' }).catch(() => {})
    const { json } = await sendJson(app.url, 'GET', `/api/v1/admin/sessions?account_id=${id}`, { token: root })
    const { sessions } = json as { sessions: { id: string }[] }
    const paths = [
      '',
      'users/?search=img',
      `users/${id}/`,
      `users/${id}/sign-in/`,
      `users/${id}/rights/`,
      `users/${id}/sessions/`,
      `users/${id}/events/`,
      `users/${id}/mail/`,
      `users/${id}/delete/`,
      'groups/',
      `groups/${group.id}/`,
      'posts/',
      `posts/${post}/`,
      'sessions/',
      `sessions/${sessions[0]?.id}/`,
      'events/',
      'mail/',
      'webhooks/',
      `webhooks/${webhook.id}/`,
      'limits/',
      `users/?search=${encodeURIComponent(MARKUP)}`,
      `events/?username=${encodeURIComponent(MARKUP)}&event=${encodeURIComponent(MARKUP)}`,
    ]
    const { page } = visitor
    for (const path of paths) {
      // The server refuses a filter that makes no sense, and the page says so.
      if (path.startsWith('events/?')) visitor.forgive(/.*/)
      await visitor.open(`/admin/${path}`)
      await visitor.settled()
      expect([path, await page.evaluate(() => 'hit' in window)]).toEqual([path, false])
      expect([path, await page.locator('main img').count()]).toEqual([path, 0])
      if (!path.startsWith('events/?')) visitor.check()
    }
    visitor.forgive(/^refused: 400 GET \/api\/v1\/admin\/events/)
    await visitor.open(`/admin/users/${id}/`)
    await page.getByText('onerror=').first().waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('<script>')
    visitor.check()
  })

  it('lets no other site frame its pages or send requests with the administrator’s cookies', async () => {
    const { page, context } = visitor
    const stranger = await context.newPage()
    await stranger.route('http://evil.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${app.url}/admin/"></iframe><p>bait</p>` }),
    )
    await stranger.goto('http://evil.example/')
    await expect
      .poll(() =>
        stranger
          .frames()[1]
          ?.evaluate(() => document.body?.innerText ?? '')
          .catch(() => 'blocked'),
      )
      .not.toContain('Overview')
    const attempts = await stranger.evaluate(async (url) => {
      const tries: [string, RequestInit][] = [
        [
          'admin/users/bulk/stream',
          { body: '{"action":"delete","filter":{}}', headers: { 'content-type': 'text/plain' } },
        ],
        [
          'admin/users/bulk/stream',
          { body: '{"action":"delete","filter":{}}', headers: { 'content-type': 'application/json' } },
        ],
        ['admin/users', { body: 'username=made', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
        ['admin/outbox/retry', {}],
        ['me/sessions/end-others', {}],
      ]
      const outcomes: string[] = []
      for (const [path, init] of tries) {
        for (const mode of ['cors', 'no-cors'] as const) {
          outcomes.push(
            await fetch(`${url}/api/v1/${path}`, { method: 'POST', credentials: 'include', mode, ...init }).then(
              ({ type, status }) => `${type} ${status}`,
              () => 'blocked',
            ),
          )
        }
      }
      return outcomes
    }, app.url)
    expect(attempts.filter((one) => one !== 'blocked' && one !== 'opaque 0')).toEqual([])
    await stranger.close()
    // With a filter of its own: the list remembers the one before.
    await visitor.open('/admin/users/?search=root')
    await page.getByRole('link', { name: /root/ }).first().waitFor()
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=bulk.started', { token: root })
    expect((json as { events: object[] }).events).toEqual([])
    visitor.check()
  })

  it('does only once what a double click requests', async () => {
    const { page } = visitor
    await visitor.open('/admin/groups/new/')
    await page.getByLabel('Name', { exact: true }).fill('Twice')
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'POST' && sent.push(new URL(request.url()).pathname))
    await page.getByRole('button', { name: 'Create group' }).dblclick()
    await page.getByRole('heading', { name: 'Twice', level: 1 }).waitFor()
    expect(sent).toEqual(['/api/v1/admin/groups'])
    visitor.check()
  })
})
