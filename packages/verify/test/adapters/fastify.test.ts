import Fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authOf, requireToken } from '../../src/fastify.ts'
import { startIssuer } from '../support/issuer.ts'
import { askerAt, brokenVerifier, expectAdapter } from './expectations.ts'

describe('Fastify', () => {
  it('lets good tokens pass and refuses all others', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const app = Fastify()
    onTestFinished(() => app.close())
    const requires = { permission: 'refunds.make' }
    app.get('/orders', { onRequest: requireToken(verifier) }, async (request) => ({
      account: authOf(request).accountId,
    }))
    app.get('/refunds', { onRequest: requireToken(verifier, { requires }) }, async (request) => ({
      account: authOf(request).accountId,
    }))
    app.get('/broken', { onRequest: requireToken(brokenVerifier()) }, async () => ({}))
    await expectAdapter(issuer, askerAt(await app.listen({ host: '127.0.0.1', port: 0 })))
  })

  it('guards everything that is registered beside it, and reads no body of a stranger', async () => {
    const issuer = await startIssuer()
    const app = Fastify()
    onTestFinished(() => app.close())
    let bodies = 0
    app.addHook('preParsing', async () => void bodies++)
    app.addHook('onRequest', requireToken(issuer.verifier()))
    app.post('/orders', async (request) => ({ account: authOf(request).accountId }))
    const post = (headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/orders', payload: {}, headers })
    expect((await post({})).statusCode).toBe(401)
    expect(bodies).toBe(0)
    expect((await post({ authorization: `Bearer ${await issuer.token()}` })).json()).toEqual({ account: '7' })
  })
})
