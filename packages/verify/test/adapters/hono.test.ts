import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { describe, expect, it } from 'vitest'
import { requireToken } from '../../src/hono.ts'
import { startIssuer } from '../support/issuer.ts'
import { asker, brokenVerifier, expectAdapter } from './expectations.ts'

describe('Hono', () => {
  it('lets good tokens pass and refuses all others', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const requires = { permission: 'refunds.make' }
    const app = new Hono()
      .get('/orders', requireToken(verifier), (c) => c.json({ account: c.get('auth').accountId }))
      .get('/refunds', requireToken(verifier, { requires }), (c) => c.json({ account: c.get('auth').accountId }))
      .get('/broken', requireToken(brokenVerifier()), (c) => c.json({}))
    app.onError((_, c) => c.text('', 500))
    await expectAdapter(
      issuer,
      asker((request) => app.fetch(request)),
    )
  })

  it('keeps the headers of other middleware on a refusal, so that pages of other origins can read it', async () => {
    const issuer = await startIssuer()
    const app = new Hono()
    app.use(cors({ origin: 'https://app.example.org' }))
    app.get('/orders', requireToken(issuer.verifier()), (c) => c.json({}))
    const response = await app.request('/orders', { headers: { origin: 'https://app.example.org' } })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.org')
  })
})
