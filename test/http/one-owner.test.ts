import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../src/flows/rights/actor.ts'
import { look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { addAccount } from '../support/v1-client.ts'

const EMAIL = 'shared@example.net'

describe.each(databases)('an address under LOGIN_WITH=email on $name', (database) => {
  let at: MailedApp
  let root: Person

  beforeEach(async () => {
    at = await startMailedApp(database, { LOGIN_WITH: 'email', RATE_LIMITS: 'on' })
    await addAccount(at.app, 'root', { email: 'root@example.net', isStaff: true, isSuperuser: true })
    const token = await at.login('root@example.net', 'correct horse 9')
    const ask = (method: string, path: string, body?: unknown) =>
      sendJson(at.app.url, method, `/api/v1/${path}`, { token, ...(body !== undefined && { body }) })
    root = { id: 1, username: 'root', token, refreshToken: '', ask }
  })
  afterEach(() => at.close())

  const isTaken = { status: 409, json: { code: 'address_taken' } }

  it('has one owner who has confirmed it, whatever administrators set', async () => {
    const wanted = { email: EMAIL, email_verified: true }
    expect(await root.ask('POST', 'admin/users', { username: 'ann', ...wanted })).toMatchObject({ status: 201 })
    expect(await root.ask('POST', 'admin/users', { username: 'bob', ...wanted })).toMatchObject(isTaken)
    const upper = { username: 'bob', email: EMAIL.toUpperCase(), email_verified: true }
    expect(await root.ask('POST', 'admin/users', upper)).toMatchObject(isTaken)
    const { json } = await root.ask('POST', 'admin/users', { username: 'bob', email: EMAIL })
    const { id } = json as { id: number }
    expect(await root.ask('PATCH', `admin/users/${id}`, { email_verified: true })).toMatchObject(isTaken)
    expect(await root.ask('PATCH', `admin/users/${id}`, wanted)).toMatchObject(isTaken)
    expect(await look(root, id)).toMatchObject({ username: 'bob', email_verified: false })
    expect(
      await root.ask('PATCH', `admin/users/${id}`, { email: 'bob@example.net', email_verified: true }),
    ).toMatchObject({ status: 200 })
  })

  it('has one owner who has confirmed it, whatever the command line sets', async () => {
    await addAccount(at.app, 'ann', { email: EMAIL })
    await expect(addAccount(at.app, 'bob', { email: EMAIL })).rejects.toMatchObject({ code: 'address_taken' })
    const { accounts } = at.app.app
    expect(await accounts.find('bob')).toBeUndefined()
    const { id } = await addAccount(at.app, 'eve', { email: 'eve@example.net' })
    const change = { email: EMAIL, isEmailVerified: true }
    await expect(accounts.change(id, change, commandLine)).rejects.toMatchObject({ code: 'address_taken' })
  })

  it('has one winner if administrators confirm it for sixteen accounts at once', async () => {
    const ids = []
    for (let index = 0; index < 16; index++) {
      const { json } = await root.ask('POST', 'admin/users', { username: `user${index}`, email: EMAIL })
      ids.push((json as { id: number }).id)
    }
    const answers = await Promise.all(ids.map((id) => root.ask('PATCH', `admin/users/${id}`, { email_verified: true })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(15)
  })

  it('gets a limited number of emails, however many accounts are registered with it', async () => {
    for (let index = 0; index < 8; index++) await at.register(`user${index}`, EMAIL)
    expect((await at.mail()).filter(({ to }) => to[0] === EMAIL)).toHaveLength(5)
  })
})

describe.each(databases)('a change of address on $name', (database) => {
  it('succeeds for a user who clicks twice, and for sixteen clicks at once', async () => {
    const at = await startMailedApp(database)
    await at.register('alice')
    await at.mail()
    const token = await at.login('alice')
    await at.post('/api/v1/me/email', { email: 'new@example.net', password: PASSWORD }, token)
    const proof = (await at.mail()).find(({ to }) => to[0] === 'new@example.net')?.token
    const click = () => at.post('/api/v1/email-change/confirm', { token: proof })
    const statuses = (await Promise.all(Array.from({ length: 16 }, click))).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await click()).status).toBe(200)
    expect((await at.mail()).map(({ subject }) => subject)).toEqual(['Your email address was changed'])
    await at.post('/api/v1/me/email', { email: 'newer@example.net', password: PASSWORD }, token)
    const next = (await at.mail()).find(({ to }) => to[0] === 'newer@example.net')?.token
    expect((await at.post('/api/v1/email-change/confirm', { token: next })).status).toBe(200)
    expect(await click()).toMatchObject({ status: 400, json: { code: 'one_time_token_not_valid' } })
    await at.close()
  })
})
