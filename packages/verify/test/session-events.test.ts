import { describe, expect, it, onTestFinished } from 'vitest'
import { startStubServer } from '../../../test/support/stub-server.ts'
import type { SessionEventOptions } from '../src/verifier.ts'
import { type Issuer, outcomeOf, startIssuer } from './support/issuer.ts'

const credential = 'shop:a-secret-of-a-service'

/** A verifier whose keys are available, and whose feed gives these responses. */
async function startWith(answer: Parameters<typeof startStubServer>[0], options: Partial<SessionEventOptions> = {}) {
  const issuer: Issuer = await startIssuer()
  const feed = await startStubServer(answer)
  onTestFinished(() => feed.close())
  const sessionEvents = { credential, ...options }
  const verifier = issuer.verifier({ server: feed.url, jwksUri: issuer.url, sessionEvents })
  return { issuer, feed, verifier }
}

const emptyPage = { status: 200, json: '{"events":[],"next":"1.1.","has_more":false}' }

describe('a feed that cannot be read from the start', () => {
  it.each([
    ['hangs up', undefined],
    ['is too busy', { status: 503 }],
    ['is asked too often', { status: 429 }],
  ])('lets tokens pass until they expire, if it %s', async (_, answer) => {
    const { issuer, verifier } = await startWith(() => answer)
    expect(await outcomeOf(verifier.verify(await issuer.token()))).toBe('verified')
    expect(issuer.warnings).toHaveLength(1)
    await expect(verifier.ready()).rejects.toThrow(/feed/)
  })

  it.each([
    ['hangs up', undefined],
    ['is too busy', { status: 503 }],
  ])('lets nobody in with whenUnreachable refuse, if it %s', async (_, answer) => {
    const { issuer, verifier } = await startWith(() => answer, { whenUnreachable: 'refuse' })
    expect(await outcomeOf(verifier.verify(await issuer.token()))).toBe('503 unavailable')
  })

  it.each([
    ['refuses the credential', { status: 401 }],
    ['is not there', { status: 404 }],
    ['is somewhere else', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
    ['is a page for people', { status: 200, text: '<html>' }],
    ['is something else', { status: 200, json: '{"keys":[]}' }],
    ['has events that nobody signed', { status: 200, json: '{"events":["a.b.c"],"next":"1.1.","has_more":false}' }],
  ])('lets nobody in if it %s, because a wrong setting must be noticed', async (_, answer) => {
    const { issuer, verifier } = await startWith(() => answer)
    expect(await outcomeOf(verifier.verify(await issuer.token()))).toBe('503 unavailable')
    expect(issuer.warnings).toHaveLength(1)
    expect(issuer.warnings.join()).not.toContain(credential)
  })
})

describe('a feed that is followed', () => {
  it('is read by one request at a time, whatever comes in', async () => {
    const { issuer, feed, verifier } = await startWith(({ target }) =>
      target.includes('wait') ? new Promise(() => {}) : emptyPage,
    )
    const token = await issuer.token()
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => outcomeOf(verifier.verify(token))))
    expect(new Set(outcomes)).toEqual(new Set(['verified']))
    await expect.poll(() => feed.requests.length).toBe(2)
    expect(feed.requests.map(({ target }) => target)).toEqual([
      '/api/v1/session-events?',
      '/api/v1/session-events?wait=25&after=1.1.',
    ])
    expect(feed.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from(credential).toString('base64')}`)
  })

  it('is not polled without a pause if a proxy answers instead of waiting', async () => {
    const { issuer, feed, verifier } = await startWith(() => emptyPage)
    const start = performance.now()
    await verifier.verify(await issuer.token())
    await expect.poll(() => feed.requests.length).toBeGreaterThanOrEqual(4)
    expect(performance.now() - start).toBeGreaterThan(900)
  })

  it('is read from the beginning if the position is unknown, for example after a backup was restored', async () => {
    const answers = [emptyPage, { status: 400, json: '{}' }, emptyPage]
    const { issuer, feed, verifier } = await startWith(() => answers.shift() ?? new Promise(() => {}))
    expect(await outcomeOf(verifier.verify(await issuer.token()))).toBe('verified')
    await expect.poll(() => feed.requests.length).toBe(4)
    expect(feed.requests.map(({ target }) => new URL(target, 'http://x').searchParams.get('after'))).toEqual([
      null,
      '1.1.',
      null,
      '1.1.',
    ])
  })
})
