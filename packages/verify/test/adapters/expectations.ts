import { expect } from 'vitest'
import { createVerifier, type Verifier } from '../../src/verifier.ts'
import { type Issuer, makeKey } from '../support/issuer.ts'

type Answer = { status: number; challenge: string | null; type: string | null; body: unknown }

/** Sends a GET request, with this token if there is one. */
export type Ask = (path: string, token?: string) => Promise<Answer>

/**
 * What every adapter must do with the same three routes: `/orders` needs a token, `/refunds` needs the permission
 * `refunds.make`, and `/broken` is guarded by `brokenVerifier`. The first two answer with `{"account": …}`.
 */
export async function expectAdapter(issuer: Issuer, ask: Ask): Promise<void> {
  const plain = await issuer.token()
  expect(await ask('/orders', plain)).toMatchObject({ status: 200, body: { account: '7' } })
  const mayRefund = await issuer.token({ permissions: ['refunds.make'] })
  expect(await ask('/refunds', mayRefund)).toMatchObject({ status: 200, body: { account: '7' } })

  expect(await ask('/orders')).toEqual(refusal(401, 'not_authenticated', ''))
  const forged = await issuer.token({}, {}, await makeKey('ES256', issuer.key.kid))
  const expired = await issuer.token({ exp: issuer.now - 60 })
  for (const token of [forged, expired, 'junk']) {
    expect(await ask('/orders', token)).toEqual(refusal(401, 'token_not_valid', ', error="invalid_token"'))
  }
  expect(await ask('/refunds', plain)).toEqual(refusal(403, 'permission_denied', ', error="insufficient_scope"'))
  expect(await ask('/broken', plain)).toMatchObject({ status: 500 })
}

/** Sends the request to a function that answers requests. */
export function asker(send: (request: Request) => Response | Promise<Response>): Ask {
  return async (path, token) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await send(new Request(`http://127.0.0.1${path}`, { headers }))
    const text = await response.text()
    const type = response.headers.get('content-type')?.split(';')[0] ?? null
    const body: unknown = type?.endsWith('json') ? JSON.parse(text) : text
    return { status: response.status, challenge: response.headers.get('www-authenticate'), type, body }
  }
}

/** Sends the request to a server. */
export function askerAt(url: string): Ask {
  return asker((request) => fetch(`${url}${new URL(request.url).pathname}`, { headers: request.headers }))
}

/** A verifier that fails because of a bug, and not because of the token. */
export function brokenVerifier(): Verifier {
  const verify = async () => {
    throw new Error('a bug')
  }
  return { ...createVerifier({ issuer: 'https://auth.example' }), verify }
}

function refusal(status: number, code: string, challenge: string): Answer {
  return {
    status,
    challenge: `Bearer realm="api"${challenge}`,
    type: 'application/problem+json',
    body: { type: 'about:blank', title: expect.any(String), status, code },
  }
}
