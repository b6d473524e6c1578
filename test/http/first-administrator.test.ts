import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const wanted = { username: 'root', email: 'root@example.org', password: 'copper lantern 42' }

describe.each(databases)('the first administrator on $name', (database) => {
  let app: TestApp

  beforeEach(async () => {
    app = await startTestApp({ database })
  })
  afterEach(() => app.close())

  const create = (body: object) => sendJson(app.url, 'POST', '/api/v1/first-administrator', { body })
  const offer = async () => (await app.app.firstAdministrator.offer()) ?? ''

  it('is created with the link in the log, and may do everything', async () => {
    const { status, json } = await create({ ...wanted, token: await offer() })
    expect(status).toBe(201)
    expect(json).toMatchObject({ username: 'root', is_staff: true, is_superuser: true, email_verified: true })
    const login = await sendJson(app.url, 'POST', '/api/v1/login', { body: wanted })
    const { access_token: token } = login.json as { access_token: string }
    expect((await sendJson(app.url, 'GET', '/api/v1/admin/settings', { token })).status).toBe(200)
  })

  it('cannot be created once there is one, and no earlier link works', async () => {
    const links = [await offer(), await offer()]
    await create({ ...wanted, token: links[0] })
    expect(await app.app.firstAdministrator.offer()).toBeUndefined()
    for (const token of links) {
      const { status, json } = await create({ ...wanted, username: 'second', token })
      expect([status, (json as { code: string }).code]).toEqual([400, 'one_time_token_not_valid'])
    }
  })

  it('is one of sixteen who ask at once, whichever link they have', async () => {
    const links = [await offer(), await offer()]
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        create({ ...wanted, username: `root${index}`, token: links[index % links.length] }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(15).fill(400)])
  })

  it('is created by a form that is sent twice, or sixteen times at once', async () => {
    const token = await offer()
    const answers = await Promise.all(Array.from({ length: 16 }, () => create({ ...wanted, token })))
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(201))
    expect((await create({ ...wanted, token })).status).toBe(201)
    const accounts = await app.app.database.read.selectFrom('accounts').select('username').execute()
    expect(accounts).toEqual([{ username: 'root' }])
  })

  it('needs a good password; a bad one leaves the link valid', async () => {
    const token = await offer()
    const refused = await create({ ...wanted, password: '12345678', token })
    expect(refused.status).toBe(400)
    expect(refused.json).toMatchObject({ code: 'invalid_fields' })
    expect((await create({ ...wanted, token })).status).toBe(201)
  })

  it('cannot be created after an hour', async () => {
    const token = await offer()
    app.clock.advance(3_600_001)
    expect((await create({ ...wanted, token })).status).toBe(400)
  })
})

describe.each(databases)('the check of a new password on $name', (database) => {
  it('reports the faults that setting it would report, and sets nothing', async () => {
    const app = await startTestApp({ database })
    const check = async (body: object) => {
      const { json } = await sendJson(app.url, 'POST', '/api/v1/password-check', { body })
      return (json as { faults: { fault: string }[] }).faults.map(({ fault }) => fault)
    }
    expect(await check({ password: 'copper lantern 42' })).toEqual([])
    expect(await check({ password: '1234567' })).toEqual(['too_short', 'too_common', 'entirely_numeric'])
    expect(await check({ password: 'marie-curie-1', username: 'mariecurie' })).toEqual(['too_similar'])
    expect(await check({ password: 'mariacurie-1', email: 'mariacurie@example.org' })).toEqual(['too_similar'])
    expect((await sendJson(app.url, 'POST', '/api/v1/password-check', { body: {} })).status).toBe(400)
    await app.close()
  })
})
