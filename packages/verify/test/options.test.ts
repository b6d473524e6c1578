import { describe, expect, it } from 'vitest'
import { createVerifier, type VerifierOptions } from '../src/verifier.ts'
import { outcomeOf, startIssuer } from './support/issuer.ts'

const issuer = 'https://auth.example.org'
const secret = 'a secret of more than thirty-two bytes'
const credential = 'shop:a-secret-of-a-service'

describe('options', () => {
  it.each<[string, Partial<Record<keyof VerifierOptions, unknown>>, RegExp]>([
    ['no issuer', { issuer: undefined }, /issuer must be a string/],
    ['an empty issuer', { issuer: '' }, /issuer must be a string/],
    ['an issuer that is not a URL, and no server', { issuer: 'us' }, /server must be set/],
    ['no server beside issuer: null', { issuer: null }, /server must be set/],
    ['a misspelt name', { audiance: 'shop' } as object, /audiance is unknown/],
    ['an empty audience', { audience: '' }, /audience must be/],
    ['no audience in a list', { audience: [] }, /audience must be/],
    ['the algorithm none', { algorithms: ['none'] }, /algorithms must be some of/],
    ['an algorithm Latchkey does not have', { algorithms: ['RS512'] }, /algorithms must be some of/],
    ['no algorithms', { algorithms: [] }, /algorithms must be some of/],
    ['HS256 without a secret', { algorithms: ['HS256'] }, /HS256 needs secret/],
    ['a secret that is not used', { algorithms: ['ES256'], secret }, /secret is for HS256/],
    ['an empty secret', { secret: '' }, /at least 32 bytes/],
    ['a short secret', { secret: 'x'.repeat(31) }, /at least 32 bytes/],
    ['a secret that is not a text', { secret: 7 }, /at least 32 bytes/],
    ['a negative leeway', { leewaySeconds: -1 }, /leewaySeconds must be/],
    ['a leeway of a day', { leewaySeconds: 86_400 }, /leewaySeconds must be/],
    ['a leeway that is not a number', { leewaySeconds: Number.NaN }, /leewaySeconds must be/],
    ['a server that is not a URL', { server: 'latchkey:8000' }, /server must be a URL/],
    ['an address of the JWK Set that is not a URL', { jwksUri: 'file:///keys' }, /jwksUri must be a URL/],
    ['no allowed origins', { cookies: { allowedOrigins: [] } }, /allowedOrigins must list/],
    ['every origin', { cookies: { allowedOrigins: ['*'] } }, /allowedOrigins must list/],
    [
      'an origin with a path',
      { cookies: { allowedOrigins: ['https://app.example.org/'] } },
      /allowedOrigins must list/,
    ],
    ['a cookie name with a space', { cookies: { allowedOrigins: [issuer], name: 'a b' } }, /cookies.name/],
    ['no credential', { sessionEvents: {} }, /sessionEvents.credential must have the form NAME:SECRET/],
    ['a credential that is not set', { introspection: { credential: undefined } }, /introspection.credential/],
    ['a credential without a name', { introspection: { credential: ':x' } }, /introspection.credential/],
    ['both ways at once', { sessionEvents: { credential }, introspection: { credential } }, /not both/],
    ['a secret beside introspection', { introspection: { credential }, secret }, /secret is of no use/],
    ['a policy that does not exist', { sessionEvents: { credential, whenUnreachable: 'ignore' } }, /accept or refuse/],
    ['no lifetime', { sessionEvents: { credential, accessTokenLifetimeSeconds: 0 } }, /accessTokenLifetimeSeconds/],
    ['no schemes', { schemes: [] }, /schemes must be/],
    ['too many tokens to remember', { rememberedTokens: 1e9 }, /rememberedTokens must be/],
  ])('are refused at once: %s', (_, options, message) => {
    expect(() => createVerifier({ issuer, ...options } as VerifierOptions)).toThrow(message)
  })

  it('are refused all together, and without showing a secret', () => {
    const wrong = { issuer: '', leewaySeconds: -1, secret: 'short-secret', sessionEvents: { credential: 'hidden' } }
    let fault = ''
    try {
      createVerifier(wrong)
    } catch (error) {
      fault = String(error)
    }
    for (const name of ['issuer', 'leewaySeconds', 'secret', 'sessionEvents.credential']) expect(fault).toContain(name)
    expect(fault).not.toMatch(/short-secret|hidden/)
  })

  it('may be undefined, as those from the environment are', () => {
    const none = {
      audience: undefined,
      server: undefined,
      cookies: undefined,
      sessionEvents: undefined,
      now: undefined,
    }
    expect(() => createVerifier({ issuer, ...none } as unknown as VerifierOptions)).not.toThrow()
  })
})

describe('what options mean', () => {
  it('several audiences: one will do', async () => {
    const server = await startIssuer()
    const verifier = server.verifier({ audience: ['shop', 'bank'] })
    for (const aud of ['shop', 'bank', ['other', 'bank']]) {
      expect(await outcomeOf(verifier.verify(await server.token({ aud })))).toBe('verified')
    }
    expect(await outcomeOf(verifier.verify(await server.token({ aud: 'other' })))).toBe('401 token_not_valid')
  })

  it('no audience: tokens for another service are refused', async () => {
    const server = await startIssuer()
    const verifier = server.verifier({ audience: undefined as never })
    expect(await outcomeOf(verifier.verify(await server.token({ aud: undefined })))).toBe('verified')
    expect(await outcomeOf(verifier.verify(await server.token({ aud: 'shop' })))).toBe('401 token_not_valid')
    await expect(verifier.verify(await server.token())).rejects.toMatchObject({
      detail: expect.stringContaining('audience'),
    })
  })

  it('no issuer: tokens that name one are refused', async () => {
    const server = await startIssuer()
    const verifier = server.verifier({ issuer: null, server: server.url })
    expect(await outcomeOf(verifier.verify(await server.token({ iss: undefined })))).toBe('verified')
    expect(await outcomeOf(verifier.verify(await server.token()))).toBe('401 token_not_valid')
  })

  it('the leeway is five seconds, and may be none', async () => {
    const server = await startIssuer()
    const outcome = async (changes: Record<string, number>, leewaySeconds?: number) => {
      const options = leewaySeconds === undefined ? {} : { leewaySeconds }
      return outcomeOf(server.verifier(options).verify(await server.token(changes)))
    }
    const { now } = server
    expect(await outcome({ exp: now - 4 })).toBe('verified')
    expect(await outcome({ exp: now - 5 })).toBe('401 token_not_valid')
    expect(await outcome({ nbf: now + 5 })).toBe('verified')
    expect(await outcome({ nbf: now + 6 })).toBe('401 token_not_valid')
    expect(await outcome({ exp: now }, 0)).toBe('401 token_not_valid')
    expect(await outcome({ exp: now + 1 }, 0)).toBe('verified')
    expect(await outcome({ iat: now + 60 }, 0)).toBe('verified')
    expect(await outcome({ iat: now + 61 }, 0)).toBe('401 token_not_valid')
  })

  it('a server with a path keeps it', async () => {
    const server = await startIssuer()
    const asked: string[] = []
    const watching: typeof fetch = (url, init) => {
      asked.push(new URL(String(url)).pathname)
      return fetch(url, init)
    }
    await server.verifier({ server: `${server.url}/auth/`, fetch: watching }).ready()
    await server.verifier({ jwksUri: `${server.url}/keys`, fetch: watching }).ready()
    expect(asked).toEqual(['/auth/.well-known/jwks.json', '/keys'])
  })

  it('the claims of account and rights have the names that are set', async () => {
    const server = await startIssuer()
    const names = { accountClaim: 'uid', permissionsClaim: 'https://example.org/may', groupsClaim: 'teams' }
    const claims = { sub: undefined, user_id: undefined, uid: 12, 'https://example.org/may': ['a'], teams: ['b'] }
    expect(await server.verifier(names).verify(await server.token(claims))).toMatchObject({
      accountId: '12',
      permissions: ['a'],
      groups: ['b'],
    })
  })
})
