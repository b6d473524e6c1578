import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { visit } from './visitor.ts'

let app: PagesApp
let browser: Browser

beforeAll(async () => {
  app = await startPagesApp()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

it('finds an endpoint, logs in with it, and calls the next one with the token', async () => {
  await app.register('ada')
  const visitor = await visit(browser, { url: app.url })
  const { page } = visitor
  await visitor.open('/docs/')
  expect(await page.locator('button, a').allInnerTexts()).not.toContainEqual(
    expect.stringMatching(/AI|MCP|Share|Deploy/),
  )
  await page.getByRole('searchbox', { name: 'Find an endpoint' }).fill('start a session')
  await page.getByRole('link', { name: '/api/v1/login' }).click()
  await page.getByRole('heading', { name: 'Log in and start a session' }).waitFor()
  await page.getByLabel('Body').fill('{ "username": ')
  await page.getByRole('button', { name: 'Send the request' }).click()
  await page.getByText('This is not JSON.').waitFor()
  await page.getByLabel('Body').fill(JSON.stringify({ username: 'ada', password: PASSWORD }))
  await page.getByRole('button', { name: 'Send the request' }).click()
  await page.getByText(/^200 OK after/).waitFor()
  await page.getByRole('button', { name: 'Use this access token' }).click()

  await page.getByRole('link', { name: 'All endpoints' }).click()
  await page.getByRole('searchbox', { name: 'Find an endpoint' }).fill('get my account')
  await page.getByRole('link', { name: 'GET /api/v1/me Get my account' }).click()
  await page.getByRole('heading', { name: 'Get my account' }).waitFor()
  await page.getByRole('button', { name: 'Send the request' }).click()
  await page.getByRole('region', { name: 'Response body' }).getByText('"username": "ada"').waitFor()
  expect(await visitor.findBarriers()).toEqual([])
  visitor.check()
  await visitor.leave()
})

it('shows a page for an endpoint that does not exist', async () => {
  const visitor = await visit(browser, { url: app.url })
  await visitor.open('/docs/post-api-v1-nothing/')
  await visitor.page.getByRole('heading', { name: 'This page does not exist' }).waitFor()
  visitor.check()
  await visitor.leave()
})
