import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, startAdministrationApp } from './administration-app.ts'

const PEOPLE = 200_000

/** The longest that any page of the list may take, in milliseconds. People notice nothing shorter. */
const LIMIT_MS = 3_000

describe(`the administration with ${PEOPLE} accounts`, { timeout: 180_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp()
    await addPeople()
    await app.make('lost.lovelace', { firstName: 'Augusta', lastName: 'Lovelace' })
    browser = await launchChromium()
    visitor = await visit(browser, { url: app.url })
    await enter(visitor)
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  /** Inserts them with SQL, as fast as the database can. */
  async function addPeople(): Promise<void> {
    const now = app.clock.now()
    await app.app.database.inLongTransaction(async (tx) => {
      await sql`
        with recursive n(i) as (select 1 union all select i + 1 from n where i < cast(${PEOPLE} as integer))
        insert into accounts (id, uid, username, username_key, email, email_key, phone_number, phone_key, first_name, last_name,
          is_staff, is_superuser, created_at, last_login_at, credentials_version, search_text)
        select 1000 + i, 1000 + i, 'person' || i, 'person' || i, 'person' || i || '@example.org', 'person' || i || '@example.org',
          '', '', 'Pat', 'Number', 0, 0, cast(${now} as integer) - i * 1000, null, 0,
          'person' || i || char(10) || 'person' || i || '@example.org'
        from n`.execute(tx)
      await sql`insert into account_words (account_id, word) select id, username from accounts where id > 1000`.execute(
        tx,
      )
    })
  }

  const rows = () => visitor.page.getByRole('row')

  /** How long the list takes to respond, from the click to the row. */
  async function timed(work: () => Promise<unknown>): Promise<number> {
    const start = performance.now()
    await work()
    return performance.now() - start
  }

  it('finds one person and helps them in a few steps, and no page of the list is slow', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/?order=username')
    await rows().nth(50).waitFor()
    const times: number[] = []
    for (let pages = 0; pages < 5; pages++) {
      const before = await rows().nth(1).innerText()
      times.push(
        await timed(async () => {
          await page.getByRole('button', { name: 'Next' }).click()
          await expect.poll(() => rows().nth(1).innerText(), { timeout: 15_000 }).not.toBe(before)
        }),
      )
    }
    const order = page.getByRole('columnheader', { name: 'Created' }).getByRole('button')
    times.push(
      await timed(async () => {
        await order.click()
        await expect.poll(() => rows().nth(1).innerText(), { timeout: 15_000 }).toContain(`person${PEOPLE}`)
      }),
    )
    times.push(
      await timed(async () => {
        await page.getByRole('searchbox').fill('lovelace')
        await page.getByRole('link', { name: /Augusta Lovelace/ }).waitFor()
        await expect.poll(() => rows().count()).toBe(2)
      }),
    )
    expect(Math.max(...times)).toBeLessThan(LIMIT_MS)
    await page.getByRole('link', { name: /Augusta Lovelace/ }).click()
    await page.getByRole('link', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Email a link to set a new one' }).click()
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByText('The link is on its way.').waitFor()
    const token = new URL(await app.mailedPath(/password/i), app.url).searchParams.get('token')
    const body = { token, new_password: 'silver lantern 43', password: 'silver lantern 43' }
    const { status } = await sendJson(app.url, 'POST', '/api/v1/password-reset/confirm', { body })
    expect(status).toBeLessThan(300)
    const helped = { username: 'lost.lovelace', password: 'silver lantern 43' }
    expect((await sendJson(app.url, 'POST', '/api/v1/login', { body: helped })).status).toBe(200)
    expect((await sendJson(app.url, 'POST', '/api/v1/login', { body: { ...helped, password: PASSWORD } })).status).toBe(
      401,
    )
    visitor.check()
  })

  it('continues after many pages if a list is left and opened again', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/?search=person1999&order=-username')
    await expect.poll(() => rows().count()).toBe(51)
    const before = await rows().nth(1).innerText()
    await page.getByRole('button', { name: 'Next' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.has('at')).toBe(true)
    await expect.poll(() => rows().nth(1).innerText()).not.toBe(before)
    const first = await rows().nth(1).innerText()
    await rows().nth(1).getByRole('link').click()
    await page.getByRole('link', { name: 'Profile' }).waitFor()
    await page.goBack()
    await expect.poll(() => rows().nth(1).innerText()).toBe(first)
    await page.getByRole('button', { name: 'Previous' }).click()
    await expect.poll(() => rows().nth(1).innerText()).not.toBe(first)
    visitor.check()
  })
})
