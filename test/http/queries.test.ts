import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addSuperuser, type Person } from '../support/administrators.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'
import { anyDatabase } from './signed-in-app.ts'

type Parameter = { in: string; name: string; schema: { type?: string; format?: string } }
type Operation = { parameters?: Parameter[]; 'x-access'?: string }

const SERVICE = `Basic ${Buffer.from('api:a-credential-for-tests-0123456789').toString('base64')}`

describe('queries of v1', () => {
  let app: TestApp
  let root: Person
  let operations: { method: string; path: string; operation: Operation }[]

  beforeAll(async () => {
    app = await startTestApp({
      database: anyDatabase,
      settings: { SERVICE_CREDENTIALS: 'api:a-credential-for-tests-0123456789' },
    })
    root = await addSuperuser(app, 'root')
    const { json } = await sendJson(app.url, 'GET', '/openapi.json')
    const { paths } = json as { paths: Record<string, Record<string, Operation>> }
    operations = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/v1/'))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          method: method.toUpperCase(),
          path: path.replaceAll(/\{\w+\}/g, '1'),
          operation,
        })),
      )
  })
  afterAll(() => app.close())

  function ask(method: string, path: string, query: string, access: string | undefined) {
    const who = access === 'service' ? { headers: { authorization: SERVICE } } : { token: root.token }
    return sendJson(app.url, method, `${path}?${query}`, who)
  }

  it('refuses a parameter that a route does not know, on every route', async () => {
    expect(operations.length).toBeGreaterThan(50)
    for (const { method, path, operation } of operations) {
      const answer = await ask(method, path, 'no_such_parameter=1', operation['x-access'])
      expect({ method, path, status: answer.status, text: answer.text }).toMatchObject({ method, path, status: 400 })
    }
    const { json } = await root.ask('GET', 'admin/events?to=2026')
    expect(json).toMatchObject({ errors: [{ field: 'to', fault: 'unknown_field' }] })
  })

  it.each(['%FF', '%', '%C3', '%ed%a0%80', 'a%2'])('refuses %j, which is not a text, on every route', async (text) => {
    let tried = 0
    for (const { method, path, operation } of operations) {
      for (const { name } of operation.parameters?.filter((one) => one.in === 'query') ?? []) {
        tried++
        const answer = await ask(method, path, `${name}=${text}`, operation['x-access'])
        expect({ method, path, name, status: answer.status }).toEqual({ method, path, name, status: 400 })
      }
    }
    expect(tried).toBeGreaterThan(20)
  })

  it.each(['true', '1.5', '0x1', '1e0', '+1', '01', ' 1', '1 ', '', '١', '1,2', '9007199254740993', '-0'])(
    'does not accept %j as a number, on every route that takes one',
    async (text) => {
      let tried = 0
      for (const { method, path, operation } of operations) {
        for (const { name, schema } of operation.parameters?.filter((one) => one.in === 'query') ?? []) {
          if (schema.type !== 'integer') continue
          tried++
          const answer = await ask(method, path, `${name}=${encodeURIComponent(text)}`, operation['x-access'])
          expect({ path, name, status: answer.status }).toEqual({ path, name, status: 400 })
        }
      }
      expect(tried).toBeGreaterThan(8)
    },
  )

  it.each(['True', 'TRUE', '1', '0', 'yes', 'on', '', ' true', 'null'])(
    'does not accept %j as a boolean',
    async (text) => {
      let tried = 0
      for (const { method, path, operation } of operations) {
        for (const { name, schema } of operation.parameters?.filter((one) => one.in === 'query') ?? []) {
          if (schema.type !== 'boolean') continue
          tried++
          const answer = await ask(method, path, `${name}=${encodeURIComponent(text)}`, operation['x-access'])
          expect({ path, name, status: answer.status }).toEqual({ path, name, status: 400 })
        }
      }
      expect(tried).toBeGreaterThan(3)
    },
  )

  it.each([
    '2026-11-29',
    '2026-11-29T08:00:00',
    '2026-11-29T08:00:00+01:00',
    '2026-11-29t08:00:00z',
    '2026-11-29 08:00:00Z',
    '2026-02-30T08:00:00Z',
    '2026-11-29T24:00:00Z',
    '2026-11-29T08:00:60Z',
    '1764400000000',
    '',
  ])('does not accept %j as a time', async (text) => {
    for (const path of ['admin/events?since=', 'admin/users?created_from=', 'admin/users?last_login_before=']) {
      expect((await root.ask('GET', `${path}${encodeURIComponent(text)}`)).status).toBe(400)
    }
  })

  it('accepts the one form of each', async () => {
    const query = 'limit=1&is_active=true&created_before=2099-01-01T00:00:00Z&created_from=2020-01-01T00:00:00.000Z'
    expect((await root.ask('GET', `admin/users?${query}`)).status).toBe(200)
    expect((await ask('GET', '/api/v1/session-events', 'wait=0', 'service')).status).toBe(200)
  })

  it('refuses a parameter that comes twice', async () => {
    const { status, json } = await root.ask('GET', 'admin/users?is_staff=true&is_staff=false')
    expect(status).toBe(400)
    expect(json).toMatchObject({ errors: [{ field: 'is_staff', fault: 'repeated' }] })
  })

  it('ends nobody’s session if the number is not one', async () => {
    const { id } = await addAccount(app, 'anna')
    const { access_token: token } = await logIn(app, 'anna')
    expect(id).toBeGreaterThan(1)
    for (const text of ['true', '1.5', `${id}.0`, `+${id}`, `0${id}`]) {
      expect((await root.ask('DELETE', `admin/sessions?account_id=${encodeURIComponent(text)}`)).status).toBe(400)
    }
    expect((await root.ask('DELETE', `admin/sessions?account_id=${id}&acount_id=${id}`)).status).toBe(400)
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token })).status).toBe(200)
  })
})
