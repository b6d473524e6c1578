import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authOf, requireToken } from '../../src/express.ts'
import { startIssuer } from '../support/issuer.ts'
import { askerAt, brokenVerifier, expectAdapter } from './expectations.ts'

async function listen(app: express.Express): Promise<string> {
  const server: Server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('Express', () => {
  it('lets good tokens pass and refuses all others', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const app = express()
    app.get('/orders', requireToken(verifier), (request, response) => {
      response.json({ account: authOf(request).accountId })
    })
    app.get('/refunds', requireToken(verifier, { requires: { permission: 'refunds.make' } }), (request, response) => {
      response.json({ account: authOf(request).accountId })
    })
    app.get('/broken', requireToken(brokenVerifier()))
    app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.sendStatus(500)
    })
    await expectAdapter(issuer, askerAt(await listen(app)))
  })

  it('guards a whole router', async () => {
    const issuer = await startIssuer()
    const app = express()
    app.use('/api', requireToken(issuer.verifier()))
    app.get('/api/orders', (request, response) => {
      response.json({ account: authOf(request).accountId })
    })
    const ask = askerAt(await listen(app))
    expect(await ask('/api/orders')).toMatchObject({ status: 401 })
    expect(await ask('/api/orders', await issuer.token())).toMatchObject({ status: 200, body: { account: '7' } })
  })

  it('refuses and explains if a handler asks for the account without a guard before it', async () => {
    const app = express()
    app.get('/orders', (request, response) => response.json({ account: authOf(request).accountId }))
    expect(() => authOf({})).toThrow('put requireToken before this handler')
    expect(await askerAt(await listen(app))('/orders')).toMatchObject({ status: 500 })
  })

  it('refuses misspelt options before any request', async () => {
    const issuer = await startIssuer()
    const wrong = [{ require: {} }, { requires: { permissions: ['a'] } }, { requires: { permission: undefined } }]
    for (const options of wrong) {
      expect(() => requireToken(issuer.verifier(), options as never)).toThrow(TypeError)
    }
  })
})
