import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

const OTHER_PASSWORD = 'silver lantern 43'

describe('guarded changes of users in the administration', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp()
    browser = await launchChromium()
    await app.make('ben', { firstName: 'Ben', lastName: '<b>Bold</b>' })
    await app.make('zoe', { isStaff: true, permissions: ['accounts.view', 'groups.view'] })
    visitor = await visit(browser, { url: app.url })
    await enter(visitor)
  })
  afterAll(async () => {
    visitor?.check()
    await browser?.close()
    await app?.close()
  })

  const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: typeof name === 'string' })
  const heading = (name: string | RegExp) => visitor.page.getByRole('heading', { name }).first().waitFor()
  const text = (words: string | RegExp) => visitor.page.getByText(words).first().waitFor()
  const tab = (name: string) =>
    visitor.page.getByRole('navigation', { name: 'About this user' }).getByRole('link', { name })
  const dialog = () => visitor.page.getByRole('dialog')

  it('can only be viewed by staff who may not change them, whatever they send', async () => {
    const reader = await visit(browser, { url: app.url })
    await enter(reader, 'zoe', '/admin/users/?search=ben')
    await reader.page.getByRole('link', { name: /Ben/ }).click()
    await reader.page.getByRole('heading', { name: 'Ben <b>Bold</b>' }).waitFor()
    expect(await reader.page.getByRole('button', { name: 'Save changes' }).count()).toBe(0)
    expect(await reader.page.getByRole('button', { name: 'Actions' }).count()).toBe(0)
    await lookAt(reader, 'user-read-only')
    const id = new URL(reader.page.url()).pathname.split('/')[3]
    const requests: [string, string, object | undefined][] = [
      ['PATCH', `users/${id}`, { first_name: 'x' }],
      ['DELETE', `users/${id}`, undefined],
      ['POST', `users/${id}/deactivate`, {}],
      ['POST', `users/${id}/password`, { password: OTHER_PASSWORD }],
      ['POST', `users/${id}/force-password-reset`, {}],
      ['POST', `users/${id}/mail-reset-link`, {}],
      ['POST', 'users', { username: 'made' }],
      ['POST', 'invitations', { email: 'made@example.org' }],
      ['POST', 'users/bulk', { action: 'deactivate', ids: [Number(id)] }],
      ['POST', 'users/bulk/stream', { action: 'deactivate', filter: {} }],
      ['POST', 'groups', { name: 'made' }],
      ['DELETE', `sessions?account_id=${id}`, undefined],
      ['GET', `users/${id}/dependents`, undefined],
      ['GET', 'sessions', undefined],
      ['GET', 'events', undefined],
      ['GET', 'events/1', undefined],
      ['GET', 'sessions/1', undefined],
      ['GET', 'outbox', undefined],
      ['GET', 'statistics', undefined],
    ]
    for (const [method, path, body] of requests) {
      reader.expectRefusal(403, `/admin/${path.split('?')[0]}`)
      const status = await reader.page.evaluate(
        async ([method, path, body]) => {
          const init = body === undefined ? {} : { body: JSON.stringify(body) }
          const headers = { 'content-type': 'application/json' }
          return (await fetch(`/api/v1/admin/${path}`, { method, headers, ...init })).status
        },
        [method, path, body] as const,
      )
      expect([method, path, status]).toEqual([method, path, 403])
    }
    reader.check()
    await reader.leave()
  })

  it('keep what was typed while the administrator’s session ends and a new one begins', async () => {
    const { page } = visitor
    const benId = await app.make('bea')
    await visitor.open(`/admin/users/${benId}/`)
    await page.getByLabel(/^Last name/).fill('half a na')
    await app.make('second', { isStaff: true, isSuperuser: true })
    await app.administer('deactivate', 'root')
    await app.administer('activate', 'root')
    visitor.expectRefusal(401, `/admin/users/${benId}`)
    visitor.expectRefusal(401, '/refresh')
    await button('Save changes').click()
    await dialog()
      .getByLabel(/^Password/)
      .fill(PASSWORD)
    await dialog().getByRole('button', { name: 'Sign in' }).click()
    await dialog().waitFor({ state: 'detached' })
    expect(await page.getByLabel(/^Last name/).inputValue()).toBe('half a na')
    await button('Save changes').click()
    await text('Saved.')
  })

  it('are made after signing in again, if a recent sign-in is needed', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/?search=ben')
    await page.getByRole('link', { name: /Ben/ }).click()
    await tab('Sign-in').click()
    app.clock.advance(16 * 60_000)
    await button('Remove the password').click()
    visitor.forgive(/refused: 40[13]/)
    await dialog().getByRole('button', { name: 'Remove the password' }).click()
    await heading('Confirm that it is you')
    await lookAt(visitor, 'step-up')
    await dialog().getByLabel('Your password', { exact: true }).fill('a guess')
    visitor.expectRefusal(400, '/me/step-up')
    await button('Confirm').click()
    await text('This password is wrong.')
    await dialog().getByLabel('Your password', { exact: true }).fill(PASSWORD)
    await button('Confirm').click()
    await text('No password is set.')
    visitor.forgive(/refused: 40[13]/)
  })
})
