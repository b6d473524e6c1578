import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import { createClient } from '../src/client.ts'
import { createTestClient, startServer } from './test-client.ts'

describe('a client in bearer mode', () => {
  let server: TestApp

  beforeAll(async () => {
    server = await startServer()
    await addAccount(server, 'ada')
  })
  afterAll(() => server.close())

  it('logs in, says who is logged in, and logs out', async () => {
    const ends: string[] = []
    const client = createTestClient(server, { onSessionEnd: (reason) => ends.push(reason) })
    expect(client.getState().status).toBe('loading')
    const outcome = await client.login({ username: 'ada', password: PASSWORD })
    expect(outcome).toMatchObject({ status: 'authenticated', account: { username: 'ada' } })
    expect(client.getState()).toMatchObject({ status: 'authenticated', account: { username: 'ada' } })
    const token = await client.accessToken()
    await client.logout()
    expect(client.getState()).toEqual({ status: 'anonymous', account: undefined, endReason: 'logout' })
    expect(ends).toEqual(['logout'])
    const answer = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  })

  it('registers an account without logging anybody in', async () => {
    const client = createTestClient(server)
    const account = await client.register({ username: 'grace', password: PASSWORD, email: 'grace@example.com' })
    expect(account).toMatchObject({ username: 'grace', email: 'grace@example.com' })
    expect((await client.load()).status).toBe('anonymous')
  })

  it('refreshes by itself when the access token has expired', async () => {
    const client = createTestClient(server)
    await client.login({ username: 'ada', password: PASSWORD })
    const before = await client.accessToken()
    server.clock.advance(3_600_000)
    expect((await client.me()).username).toBe('ada')
    expect(await client.accessToken()).not.toBe(before)
  })

  it('calls any route with its parameters, query and body', async () => {
    const client = createTestClient(server)
    await client.login({ username: 'ada', password: PASSWORD })
    const { sessions } = await client.request('GET /me/sessions', { query: { ended: false } })
    expect(sessions.some(({ is_current }) => is_current)).toBe(true)
    const other = sessions.find(({ is_current }) => !is_current)
    await client.request('DELETE /me/sessions/:id', { params: { id: other?.id ?? '' } })
    expect((await client.updateMe({ first_name: 'Ada' })).first_name).toBe('Ada')
  })
})

it('a client finds a server whose PUBLIC_URL has a path, with or without a slash at the end of the base URL', async () => {
  const server = await startServer({ PUBLIC_URL: 'http://localhost:8000/auth' })
  await addAccount(server, 'ada')
  for (const baseUrl of [`${server.url}/auth`, `${server.url}/auth/`]) {
    const client = createTestClient(server, { baseUrl })
    await client.login({ username: 'ada', password: PASSWORD })
    expect(await client.refresh()).toBe(true)
    await client.logout()
  }
  await server.close()
})

it('says what is wrong with a base URL that has no scheme', () => {
  expect(() => createClient({ baseUrl: 'localhost:8000', mode: 'bearer' })).toThrow('http://localhost:8000')
})
