import { describe, expect, it } from 'vitest'
import { VerifyError } from '../src/verifier.ts'
import { startIssuer } from './support/issuer.ts'

describe('a verified token', () => {
  it('says who asks', async () => {
    const issuer = await startIssuer()
    const claims = issuer.claims({ permissions: ['a'], groups: ['b'], tenant: { id: 3 } })
    expect(await issuer.verifier().verify(await issuer.token(claims))).toEqual({
      accountId: '7',
      sessionId: 'a1'.repeat(16),
      permissions: ['a'],
      groups: ['b'],
      issuedAt: issuer.now * 1000,
      expiresAt: (issuer.now + 300) * 1000,
      claims,
    })
  })

  it('cannot be changed by one request for the next', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token({ permissions: ['a'], tenant: { id: 3 } })
    const first = await verifier.verify(token)
    expect(() => (first.permissions as string[]).push('b')).toThrow(TypeError)
    expect(() => Object.assign(first, { accountId: '1' })).toThrow(TypeError)
    expect(() => Object.assign(first.claims.tenant as object, { id: 1 })).toThrow(TypeError)
    expect(await verifier.verify(token)).toMatchObject({
      accountId: '7',
      permissions: ['a'],
      claims: { tenant: { id: 3 } },
    })
  })

  it('is that of its own token, however many are remembered (CVE-2026-35039)', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ rememberedTokens: 3 })
    const tokens = await Promise.all(Array.from({ length: 8 }, (_, nth) => issuer.token({ sub: String(nth) })))
    for (let turn = 0; turn < 3; turn++) {
      const found = await Promise.all(tokens.map((token) => verifier.verify(token)))
      expect(found.map(({ accountId }) => accountId)).toEqual(tokens.map((_, nth) => String(nth)))
    }
  })

  it('expires although it is remembered', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    await verifier.verify(token)
    issuer.now += 305
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_not_valid', detail: 'it has expired' })
  })
})

describe('a refusal', () => {
  it('is a problem document with a challenge, and contains no token', async () => {
    const issuer = await startIssuer()
    const token = await issuer.token({ exp: issuer.now - 60 })
    const error: unknown = await issuer
      .verifier()
      .verify(token)
      .catch((refusal: unknown) => refusal)
    if (!(error instanceof VerifyError)) throw new Error('it was not refused')
    const response = error.toResponse()
    expect(response.status).toBe(401)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer realm="api", error="invalid_token"',
    })
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'The token is invalid or has expired.',
      status: 401,
      code: 'token_not_valid',
    })
    for (const part of token.split('.')) {
      expect([error.message, error.detail, error.stack, JSON.stringify(error)].join()).not.toContain(part)
    }
  })

  it('says why a session has ended, as Latchkey does', () => {
    const error = new VerifyError('token_revoked', { endReason: 'logged_out_elsewhere' })
    expect(error.problem()).toMatchObject({ status: 401, code: 'logged_out_elsewhere' })
    expect(error.code).toBe('token_revoked')
  })

  it('says when to try again, if the token cannot be checked', () => {
    const error = new VerifyError('unavailable', { retryAfterSeconds: 5 })
    expect([error.status, error.headers()['retry-after'], error.headers()['www-authenticate']]).toEqual([
      503,
      '5',
      undefined,
    ])
  })
})
