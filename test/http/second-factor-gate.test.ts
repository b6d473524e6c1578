import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { addTotp, challengeFor } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

type Operation = { responses?: Record<string, unknown> }
type Description = { paths: Record<string, Record<string, Operation>> }

const bytes = 'A'.repeat(43)
const credential = {
  id: bytes,
  rawId: bytes,
  type: 'public-key',
  response: { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes },
}

/** Whether an operation returns a property that is named like a token, in its own schema or a shared one. */
function answersTokens(operation: Operation, description: Description): boolean {
  const seen = new Set<string>()
  const isFound = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false
    return Object.entries(value).some(([name, one]) => {
      if (/^(access|access_token|auth_token)$/.test(name)) return true
      if (name !== '$ref' || typeof one !== 'string' || seen.has(one)) return isFound(one)
      seen.add(one)
      return isFound(atPointer(description, one))
    })
  }
  return isFound(operation.responses)
}

/** The target of a reference within the document (RFC 6901). */
function atPointer(document: unknown, reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/')
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document)
}

describe.each(databases)('the gate on $name', (database) => {
  let app: TestApp
  let routes: string[]

  beforeAll(async () => {
    app = await startTestApp({
      database,
      settings: { DJOSER: 'true', LOGIN_BY_MAIL: 'true', TRUSTED_DEVICE_LIFETIME: '30d' },
    })
    for (const name of ['ann', 'bob']) await addAccount(app, name, { email: `${name}@example.net` })
    const { json } = await sendJson(app.url, 'GET', '/openapi.json')
    routes = Object.entries((json as Description).paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, one]) =>
        method === 'post' && answersTokens(one, json as Description) ? [path] : [],
      ),
    )
  })
  afterAll(() => app.close())

  /** Everything that somebody who knows the password can send to one route. */
  async function attempt(
    path: string,
    username: string,
    challenge_token: string,
  ): Promise<{ status: number; text: string }> {
    const session = { refresh: 'x.y.z', refresh_token: 'x.y.z' }
    const proof = {
      challenge_token,
      factor: 'totp',
      code: '000000',
      credential,
      device_token: bytes,
      trust_device: true,
    }
    const body = { username, password: PASSWORD, email: `${username}@example.net`, ...session, ...proof }
    return sendJson(app.url, 'POST', path, { body })
  }

  it('protects every route that returns tokens', async () => {
    expect(routes).toEqual(
      expect.arrayContaining([
        '/api/v1/login',
        '/api/v1/login/passkey',
        '/api/v1/login/mail',
        '/api/token/',
        '/api/login/',
      ]),
    )
    const open = await Promise.all(routes.map((path) => attempt(path, 'bob', bytes)))
    const logins = routes.filter((_, index) => open[index]?.status === 200)
    // The control: without a second factor, the same requests do log in.
    expect(logins.length).toBeGreaterThanOrEqual(4)

    const first = (await logIn(app, 'bob')).access_token
    await addTotp(app, first)
    for (const path of routes) {
      const { challenge_token } = await challengeFor(app, 'bob')
      for (const token of [challenge_token, bytes]) {
        const answer = await attempt(path, 'bob', token)
        expect([path, answer.status >= 400 && answer.status < 500], answer.text).toEqual([path, true])
        expect(answer.text).not.toMatch(/"(access|access_token|auth_token|refresh|refresh_token)":/)
      }
    }
  })

  it('does not accept the challenge of one account for another, nor of one purpose for another', async () => {
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const { challenge_token } = await challengeFor(app, 'ann')
    for (const path of ['/login/enrolment', '/login/mail', '/login/passkey']) {
      const answer = await attempt(`/api/v1${path}`, 'ann', challenge_token)
      expect([path, answer.status]).toEqual([path, 401])
    }
  })
})
