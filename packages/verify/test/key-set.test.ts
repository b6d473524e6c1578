import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type Issuer, makeKey, outcomeOf, startIssuer } from './support/issuer.ts'

const INVALID = '401 token_not_valid'
const UNAVAILABLE = '503 unavailable'

/** Holds responses back until they are released. */
function heldBack(issuer: Issuer): { release(): void } {
  const { answer } = issuer
  const waiting: ServerResponse[] = []
  issuer.answer = (response) => waiting.push(response)
  return {
    release() {
      issuer.answer = answer
      for (const response of waiting) answer(response)
    },
  }
}

/** Responses of a faulty server. */
const badAnswers: [string, (response: ServerResponse) => void][] = [
  ['500', (response) => response.writeHead(500).end('{"keys":[]}')],
  ['404', (response) => response.writeHead(404).end('not here')],
  ['a redirect', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['a page', (response) => response.end('<html>maintenance</html>')],
  ['another object', (response) => response.end('{}')],
  ['no keys', (response) => response.end('{"keys":[]}')],
  ['keys that are not objects', (response) => response.end('{"keys":[1]}')],
  ['nothing', (response) => response.end()],
  ['ten million bytes', (response) => response.end(`{"keys":[],"x":"${'x'.repeat(10_000_000)}"}`)],
  ['a broken connection', (response) => response.destroy()],
]

describe('the JWK Set', () => {
  it('is fetched once for sixteen first requests', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    const held = heldBack(issuer)
    const all = Promise.all(Array.from({ length: 16 }, () => outcomeOf(verifier.verify(token))))
    await expect.poll(() => issuer.requests).toBe(1)
    held.release()
    expect(new Set(await all)).toEqual(new Set(['verified']))
    expect(issuer.requests).toBe(1)
  })

  it('is kept for as long as its Cache-Control says, and then fetched once', async () => {
    const issuer = await startIssuer()
    issuer.publish([issuer.key], 'public, max-age=120')
    const verifier = issuer.verifier()
    await verifier.verify(await issuer.token())
    issuer.now += 119
    await verifier.verify(await issuer.token())
    expect(issuer.requests).toBe(1)
    issuer.now += 1
    const token = await issuer.token()
    await Promise.all(Array.from({ length: 16 }, () => verifier.verify(token)))
    expect(issuer.requests).toBe(2)
  })

  it('no longer counts once a key was retired and the copy has expired, for remembered tokens too', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ leewaySeconds: 0 })
    const token = await issuer.token({ exp: issuer.now + 3600 })
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
    issuer.publish([await makeKey()])
    issuer.now += 599
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
    issuer.now += 1
    expect(await outcomeOf(verifier.verify(token))).toBe(INVALID)
  })

  it('is kept for an hour at most, whatever a cache on the way says', async () => {
    const issuer = await startIssuer()
    issuer.publish([issuer.key], 'max-age=31536000')
    const verifier = issuer.verifier()
    await verifier.verify(await issuer.token())
    issuer.now += 3600
    await verifier.verify(await issuer.token())
    expect(issuer.requests).toBe(2)
  })
})

describe('a kid that is unknown', () => {
  it('makes the verifier look once, and then no sooner than five seconds later', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    await verifier.ready()
    issuer.now += 5
    const stranger = await makeKey()
    const tokens = await Promise.all(
      Array.from({ length: 16 }, (_, nth) => issuer.token({}, { kid: `invented-${nth}` }, stranger)),
    )
    const outcomes = await Promise.all(tokens.map((token) => outcomeOf(verifier.verify(token))))
    expect(new Set(outcomes)).toEqual(new Set([INVALID]))
    expect(issuer.requests).toBe(2)
    issuer.now += 4
    for (const token of tokens) await outcomeOf(verifier.verify(token))
    expect(issuer.requests).toBe(2)
    issuer.now += 1
    await outcomeOf(verifier.verify(String(tokens[0])))
    expect(issuer.requests).toBe(3)
  })

  it('is found if it was published meanwhile, by sixteen at once with one fetch', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    await verifier.ready()
    const next = await makeKey()
    issuer.publish([issuer.key, next])
    issuer.now += 5
    const token = await issuer.token({}, {}, next)
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => outcomeOf(verifier.verify(token))))
    expect(new Set(outcomes)).toEqual(new Set(['verified']))
    expect(issuer.requests).toBe(2)
  })

  it.each(badAnswers)('never evicts good keys when the server answers with %s', async (_, answer) => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ rememberedTokens: 0 })
    const token = await issuer.token()
    await verifier.ready()
    issuer.answer = answer
    issuer.now += 5
    expect(await outcomeOf(verifier.verify(await issuer.token({}, { kid: 'invented' })))).toBe(INVALID)
    expect(issuer.requests).toBe(2)
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
  })

  it('causes one fetch for a thousand of them in a second, and keeps good tokens valid', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ rememberedTokens: 0 })
    await verifier.ready()
    issuer.now += 5
    const stranger = await makeKey()
    const good = await issuer.token()
    const [, claims, signature] = (await issuer.token({}, {}, stranger)).split('.')
    const invented = Array.from({ length: 1_000 }, (_, nth) => {
      const header = { alg: 'ES256', typ: 'JWT', kid: `../../${nth}` }
      return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.${signature}`
    })
    const outcomes = await Promise.all([...invented, good].map((token) => outcomeOf(verifier.verify(token))))
    expect(outcomes.pop()).toBe('verified')
    expect(new Set(outcomes)).toEqual(new Set([INVALID]))
    expect(issuer.requests).toBe(2)
  })

  it('or a kid that two different keys share, lets nobody in, while the other keys of the set still work', async () => {
    const issuer = await startIssuer()
    const twins = [await makeKey('ES256', 'twin'), await makeKey('ES256', 'twin')]
    issuer.publish([issuer.key, ...twins])
    const verifier = issuer.verifier()
    for (const twin of twins) expect(await outcomeOf(verifier.verify(await issuer.token({}, {}, twin)))).toBe(INVALID)
    expect(await outcomeOf(verifier.verify(await issuer.token()))).toBe('verified')
  })

  it('does not hold up requests with a known one', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    await verifier.ready()
    issuer.now += 5
    const held = heldBack(issuer)
    const unknown = outcomeOf(verifier.verify(await issuer.token({}, { kid: 'invented' })))
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
    held.release()
    expect(await unknown).toBe(INVALID)
  })
})

describe('an unreachable server', () => {
  it.each(badAnswers)('leaves the keys in use for as long as it takes (%s)', async (_, answer) => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ rememberedTokens: 0 })
    await verifier.ready()
    issuer.answer = answer
    for (const later of [600, 3600, 86_400]) {
      issuer.now += later
      expect(await outcomeOf(verifier.verify(await issuer.token()))).toBe('verified')
    }
    expect(issuer.warnings).toHaveLength(1)
  })

  it('holds up nobody after the first attempt, and is found again when it is back', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ leewaySeconds: 0 })
    await verifier.ready()
    const { answer } = issuer
    issuer.answer = (response) => response.destroy()
    issuer.now += 600
    await verifier.verify(await issuer.token())
    issuer.now += 5
    const held = heldBack(issuer)
    const requests = issuer.requests
    const token = await issuer.token()
    for (let nth = 0; nth < 16; nth++) await verifier.verify(token)
    await expect.poll(() => issuer.requests).toBe(requests + 1)
    issuer.answer = answer
    held.release()
    issuer.publish([await makeKey()])
    issuer.now += 3600
    await outcomeOf(verifier.verify(await issuer.token()))
    await expect.poll(async () => outcomeOf(verifier.verify(await issuer.token()))).toBe(INVALID)
  })

  it.each(badAnswers)('from the start lets nobody in, with 503 and no flood of attempts (%s)', async (_, answer) => {
    const issuer = await startIssuer()
    const { answer: good } = issuer
    const verifier = issuer.verifier()
    const token = await issuer.token()
    issuer.answer = answer
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => outcomeOf(verifier.verify(token))))
    expect(new Set(outcomes)).toEqual(new Set([UNAVAILABLE]))
    expect(await outcomeOf(verifier.verify(token))).toBe(UNAVAILABLE)
    expect(issuer.requests).toBe(1)
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 })
    issuer.answer = good
    issuer.now += 1
    expect(await outcomeOf(verifier.verify(token))).toBe('verified')
  })

  it('that refuses connections is treated the same', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    await issuer.stop()
    expect(await outcomeOf(verifier.verify(token))).toBe(UNAVAILABLE)
  })
})
