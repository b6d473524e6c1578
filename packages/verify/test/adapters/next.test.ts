import { NextRequest } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { requireToken } from '../../src/next.ts'
import type { VerifiedToken } from '../../src/verifier.ts'
import { startIssuer } from '../support/issuer.ts'
import { asker, brokenVerifier, expectAdapter } from './expectations.ts'

/** What Next.js hands to a route handler beside the request. */
type RouteContext = { params: Promise<{ id: string }> }

const context: RouteContext = { params: Promise.resolve({ id: '42' }) }

describe('Next.js', () => {
  it('lets good tokens pass and refuses all others', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const tell = (_: NextRequest, { accountId }: VerifiedToken) => Response.json({ account: accountId })
    const routes = new Map([
      ['/orders', requireToken(verifier, tell)],
      ['/refunds', requireToken(verifier, tell, { requires: { permission: 'refunds.make' } })],
      ['/broken', requireToken(brokenVerifier(), tell)],
    ])
    // Next.js answers with 500 where a handler throws.
    const ask = asker(async (request) => {
      const GET = routes.get(new URL(request.url).pathname)
      if (GET === undefined) throw new Error('there is no such route')
      return GET(new NextRequest(request), { params: Promise.resolve({}) }).catch(
        () => new Response('', { status: 500 }),
      )
    })
    await expectAdapter(issuer, ask)
  })

  it('passes on the context, with the parameters of the route', async () => {
    const issuer = await startIssuer()
    const GET = requireToken(issuer.verifier(), async (_request: NextRequest, _auth, { params }: RouteContext) =>
      Response.json(await params),
    )
    const authorization = `Bearer ${await issuer.token()}`
    const response = await GET(new NextRequest('http://127.0.0.1/orders/42', { headers: { authorization } }), context)
    expect(await response.json()).toEqual({ id: '42' })
  })

  it('takes the cookie of a browser, with the check for forged requests', async () => {
    const issuer = await startIssuer()
    const page = 'https://app.example.org'
    const cookies = { allowedOrigins: [page], name: '__Host-latchkey-access' }
    const POST = requireToken(issuer.verifier({ cookies }), () => Response.json({}))
    const cookie = `__Host-latchkey-access=${await issuer.token()}`
    const post = async (headers: Record<string, string>) =>
      (await POST(new NextRequest(page, { method: 'POST', headers: { cookie, ...headers } }), context)).status
    expect(await post({ origin: page, 'content-type': 'application/json' })).toBe(200)
    expect(await post({ origin: 'https://evil.example', 'content-type': 'application/json' })).toBe(403)
  })
})
