import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addPerson, addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type MailedApp, startMailedApp } from '../support/mailed-app.ts'
import { codeOf } from '../support/v1-client.ts'

const MINUTE = 60_000
const SIXTEEN = Array.from({ length: 16 })
const unknown = 'f'.repeat(32)

type WireMail = { id: string; kind: string; to: string; state: string; [member: string]: unknown }

describe.each(databases)('the outbox on $name', (database) => {
  let at: MailedApp
  let root: Person
  let people = 0
  /** The status with which every recipient is refused, and the answer to a whole message. */
  let status: number | undefined
  let complaint: ((source: string) => string) | undefined

  beforeAll(async () => {
    at = await startMailedApp(
      database,
      { SECURITY_NOTICES: 'none', ACCESS_TOKEN_LIFETIME: '12h', RECENT_LOGIN_LIFETIME: '6h' },
      {
        refuseRecipient: () => status,
        beforeAccepting: (mail) => {
          if (complaint !== undefined) throw Object.assign(new Error(complaint(mail.text)), { responseCode: 451 })
        },
      },
    )
    root = await addSuperuser(at.app, 'root')
  })
  afterAll(() => at.close())
  beforeEach(() => {
    status = undefined
    complaint = undefined
  })

  /** Somebody registers while the mail server is in this state. Returns their name and their email. */
  async function registered(refusal?: number): Promise<{ username: string; mail: WireMail }> {
    status = refusal
    const username = `reader${++people}`
    await at.register(username)
    await at.mail()
    const mail = (await list()).find(({ to }) => to === `${username}@example.net`)
    if (mail === undefined) throw new Error('there is no mail')
    return { username, mail }
  }
  async function list(query = ''): Promise<WireMail[]> {
    return ((await root.ask('GET', `admin/outbox${query}`)).json as { mails: WireMail[] }).mails
  }
  /** Makes an email fail so often that it waits for five minutes. */
  async function postponed(): Promise<{ username: string; mail: WireMail }> {
    const made = await registered(450)
    for (const minutes of [1, 2]) {
      at.app.clock.advance(minutes * MINUTE)
      await at.mail()
    }
    const { mail } = made
    return { ...made, mail: (await root.ask('GET', `admin/outbox/${mail.id}`)).json as WireMail }
  }
  /** How often it was sent since the last look at the mail; the mail of other tests is ignored. */
  const sentTo = async (mail: WireMail) => (await at.mail()).filter(({ to }) => to.includes(mail.to)).length
  const act = (mail: WireMail, action: string, by = root) => by.ask('POST', `admin/outbox/${mail.id}/${action}`)

  it('shows what was sent, what waits and what was given up, and why', async () => {
    const { mail: sent } = await registered()
    const { mail: waiting } = await registered(450)
    const { mail: refused } = await registered(550)
    const common = { kind: 'email-verification', account_id: expect.any(Number), attempts: 1 }
    const times = { queued_at: expect.any(String), expires_at: expect.any(String) }
    const none = { next_attempt_at: null, delivered_at: null, given_up_at: null, last_error: null }
    const id = expect.stringMatching(/^[0-9a-f]{32}$/)
    expect([sent, waiting, refused]).toEqual([
      { ...none, ...common, ...times, id, to: sent.to, state: 'delivered', delivered_at: expect.any(String) },
      {
        ...{ ...none, ...common, ...times, id, to: waiting.to, state: 'pending' },
        ...{ next_attempt_at: expect.any(String), last_error: expect.stringContaining('450') },
      },
      {
        ...{ ...none, ...common, ...times, id, to: refused.to, state: 'given_up' },
        ...{ given_up_at: expect.any(String), last_error: expect.stringContaining('550') },
      },
    ])
    for (const one of [sent, waiting, refused]) {
      expect((await root.ask('GET', `admin/outbox/${one.id}`)).json).toEqual(one)
      const others = [sent, waiting, refused].filter((other) => other !== one)
      const ids = (await list(`?state=${one.state}`)).map((other) => other.id)
      expect([ids.includes(one.id), others.some((other) => ids.includes(other.id))]).toEqual([true, false])
    }
    expect(await list(`?account_id=${waiting.account_id}`)).toEqual([waiting])
    expect(await list('?kind=password-reset')).toEqual([])
  })

  it('comes in pages, newest first, whatever is queued in the meantime', async () => {
    for (let turn = 0; turn < 3; turn++) await registered()
    const all = await list()
    const seen: string[] = []
    let before = ''
    do {
      const { json } = await root.ask('GET', `admin/outbox?limit=2${before}`)
      const { mails, next } = json as { mails: WireMail[]; next: number | null }
      seen.push(...mails.map(({ id }) => id))
      before = next === null ? '' : `&before=${next}`
      if (seen.length === 2) await registered()
    } while (before !== '')
    expect(seen).toEqual(all.map(({ id }) => id))
  })

  it.each([
    'state=waiting',
    'limit=0',
    'limit=201',
    'before=0',
    'before=x',
    'account_id=-1',
    `kind=${'k'.repeat(101)}`,
  ])('takes no ?%s', async (query) => {
    expect(await root.ask('GET', `admin/outbox?${query}`)).toMatchObject({
      status: 400,
      json: { code: 'invalid_fields' },
    })
  })

  it('never shows the content of an email, even if the mail server quotes it', async () => {
    complaint = (text) => `no such links here: ${text.replaceAll(/\s+/g, ' ')}`
    const { username, mail } = await registered()
    complaint = undefined
    expect(mail).toMatchObject({ state: 'pending', last_error: expect.stringContaining('no such links here') })
    at.app.clock.advance(MINUTE)
    const sent = (await at.mail()).find(({ to }) => to.includes(mail.to))
    const [, token = 'none'] = /token=([\w-]+)/.exec(sent?.text ?? '') ?? []
    expect(token.length).toBeGreaterThanOrEqual(40)
    const { text } = await root.ask('GET', 'admin/outbox')
    expect([mail, text, ...at.app.log].filter((told) => JSON.stringify(told).includes(token))).toEqual([])
    expect(sent?.text).toContain(username)
  })

  it('retries at once what would wait for long, and sends it once', async () => {
    const { mail } = await postponed()
    status = undefined
    expect(await sentTo(mail)).toBe(0)
    const answers = await Promise.all(SIXTEEN.map(() => act(mail, 'retry')))
    // A retry after it was already sent gets an error that says so.
    const late = answers.filter((answer) => answer.status !== 202)
    expect(late.map(codeOf)).toEqual(late.map(() => 'mail_done'))
    expect(late.length).toBeLessThan(16)
    expect(await sentTo(mail)).toBe(1)
    expect(codeOf(await act(mail, 'retry'))).toBe('mail_done')
  })

  it('leaves alone what is tried soon anyway, because a server may be sending it', async () => {
    const { mail } = await registered(450)
    expect((await act(mail, 'retry')).status).toBe(202)
    expect((await root.ask('GET', `admin/outbox/${mail.id}`)).json).toEqual(mail)
  })

  it('retries everything at once when the mail server is back', async () => {
    const waiting = [await postponed(), await postponed()].map(({ mail }) => mail.to)
    status = undefined
    const { status: answered, json } = await root.ask('POST', 'admin/outbox/retry')
    expect([answered, (json as { hurried: number }).hurried]).toEqual([200, expect.any(Number)])
    const recorded = (await root.ask('GET', 'admin/events?event=mail.all_retried&limit=1')).json
    const facts = { count: (json as { hurried: number }).hurried }
    expect(recorded).toMatchObject({ events: [{ actor: { account_id: root.id }, facts }] })
    const recipients = (await at.mail()).flatMap(({ to }) => to)
    expect(waiting.filter((one) => !recipients.includes(one))).toEqual([])
    expect((await root.ask('POST', 'admin/outbox/retry')).json).toEqual({ hurried: 0 })
  })

  it('drops an email that must not be sent, once, and records it', async () => {
    const { username, mail } = await registered(450)
    const answers = await Promise.all(SIXTEEN.map(() => act(mail, 'drop')))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([204, ...Array(15).fill(409)])
    status = undefined
    at.app.clock.advance(10 * MINUTE)
    expect(await sentTo(mail)).toBe(0)
    expect((await root.ask('GET', `admin/outbox/${mail.id}`)).json).toMatchObject({
      state: 'given_up',
      last_error: 'dropped by an administrator',
    })
    const { json } = await root.ask('GET', `admin/events?event=mail.dropped&account_id=${mail.account_id}`)
    expect(json).toMatchObject({
      events: [{ actor: { account_id: root.id }, facts: { mail_id: mail.id, kind: 'email-verification' } }],
    })
    const own = await sendJson(at.app.url, 'GET', '/api/v1/me/events?event=mail.dropped', {
      token: await at.login(username),
    })
    expect(own.json).toMatchObject({ events: [{ actor: { type: 'account' }, address: '' }] })
  })

  it('that is retried and dropped at once is either sent or dropped, never both', async () => {
    for (let round = 0; round < 4; round++) {
      const { mail } = await postponed()
      status = undefined
      const [dropped] = await Promise.all([act(mail, 'drop'), act(mail, 'retry'), at.app.app.mailWorker.settle()])
      const sent = await sentTo(mail)
      const now = (await root.ask('GET', `admin/outbox/${mail.id}`)).json as WireMail
      expect(sent).toBe(now.state === 'delivered' ? 1 : 0)
      expect([204, 409]).toContain(dropped.status)
      if (dropped.status === 409) expect(now.state).toBe('delivered')
    }
  })

  it('answers 404 for emails that do not exist', async () => {
    for (const id of [unknown, 'x', '1', '__proto__', `${unknown}0`]) {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/retry'],
        ['POST', '/drop'],
      ] as const) {
        expect((await root.ask(method, `admin/outbox/${id}${path}`)).status).toBe(404)
      }
    }
  })

  it('needs its permissions', async () => {
    const { mail } = await registered(450)
    const stranger = await addStaff(at.app, 'stranger', 'accounts.view')
    const viewer = await addStaff(at.app, 'viewer', 'outbox.view')
    const keeper = await addStaff(at.app, 'keeper', 'outbox.change')
    const layman = await addPerson(at.app, 'layman', { permissions: ['outbox.view', 'outbox.change'] })
    for (const path of ['', `/${mail.id}`]) {
      expect((await viewer.ask('GET', `admin/outbox${path}`)).status).toBe(200)
      for (const person of [stranger, keeper, layman]) {
        expect(codeOf(await person.ask('GET', `admin/outbox${path}`))).toBe('permission_denied')
      }
    }
    for (const path of ['retry', `${mail.id}/retry`, `${mail.id}/drop`]) {
      for (const person of [stranger, viewer, layman]) {
        expect(codeOf(await person.ask('POST', `admin/outbox/${path}`))).toBe('permission_denied')
      }
      expect((await keeper.ask('POST', `admin/outbox/${path}`)).status).toBeLessThan(300)
    }
  })

  it('lets nobody drop mail of accounts with more rights, nor their own', async () => {
    const keeper = await addStaff(at.app, 'keeper2', 'outbox.change')
    const { username, mail } = await registered(450)
    await root.ask('PATCH', `admin/users/${mail.account_id}`, { is_staff: true, user_permissions: ['keys.change'] })
    expect(codeOf(await act(mail, 'drop', keeper))).toBe('permission_denied')
    await root.ask('PATCH', `admin/users/${mail.account_id}`, { user_permissions: ['outbox.change'] })
    const token = await at.login(username)
    const own = await sendJson(at.app.url, 'POST', `/api/v1/admin/outbox/${mail.id}/drop`, { token })
    expect(codeOf(own)).toBe('own_account')
    expect((await act(mail, 'drop', keeper)).status).toBe(204)
  })

  it('needs a recent login to drop something', async () => {
    const { mail } = await registered(450)
    at.app.clock.advance(7 * 60 * MINUTE)
    expect(codeOf(await act(mail, 'drop'))).toBe('recent_login_required')
    expect((await act(mail, 'retry')).status).toBe(202)
    expect((await root.ask('GET', `admin/outbox/${mail.id}`)).status).toBe(200)
  })

  it('is searched by the beginning of a recipient, in any case', async () => {
    const { username, mail } = await registered()
    expect((await list(`?to=${username.toUpperCase()}`)).map(({ id }) => id)).toContain(mail.id)
    expect(await list('?to=nobody')).toEqual([])
    expect(await list('?to=%25')).toEqual([])
  })
})
