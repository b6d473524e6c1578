import { describe, expect, it } from 'vitest'
import { createEndedSessions } from '../src/ended-sessions.ts'
import { readVerifiedToken } from '../src/verified-token.ts'
import { START } from './support/issuer.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type'
const now = START * 1000
const names = { account: 'user_id', permissions: 'permissions', groups: 'groups' }
const token = (sid: string, sub: string, iat = START) => readVerifiedToken({ sid, sub, iat, exp: iat + 300 }, names)
const account = (sub: string) => ({ format: 'iss_sub', iss: 'https://auth.example.org', sub })
const session = (id: string, sub = '7') => ({
  format: 'complex',
  session: { format: 'opaque', id },
  user: account(sub),
})
const event = (type: string, sub_id: unknown, facts: object = {}, toe = START) => ({
  sub_id,
  toe,
  iat: toe,
  events: { [type]: facts },
})

describe('what the feed has reported', () => {
  it('ends one session and no other of its account', () => {
    const ended = createEndedSessions(60_000)
    ended.record(event(`${CAEP}/session-revoked`, session('a'), { reason_admin: { en: 'logout' } }), now)
    expect(ended.find(token('a', '7'))).toMatchObject({ reason: 'logout' })
    expect(ended.find(token('a', '7', START + 100))).toBeDefined()
    expect(ended.find(token('b', '7'))).toBeUndefined()
  })

  it('refuses tokens of a disabled account that were issued until then, and keeps the latest time', () => {
    const ended = createEndedSessions(60_000)
    for (const toe of [START, START - 50]) {
      ended.record(event(`${RISC}/account-disabled`, account('7'), {}, toe), now)
    }
    expect(ended.find(token('a', '7', START))).toBeDefined()
    expect(ended.find(token('a', '7', START + 1))).toBeUndefined()
    expect(ended.find(token('a', '8', START))).toBeUndefined()
  })

  it('ends all tokens of a deleted account', () => {
    const ended = createEndedSessions(60_000)
    ended.record(event(`${RISC}/account-purged`, { format: 'opaque', id: '7' }), now)
    expect(ended.find(token('a', '7', START + 1_000))).toBeDefined()
  })

  it('ends all existing sessions of an account, if an event names only the account', () => {
    const ended = createEndedSessions(60_000)
    ended.record(event(`${CAEP}/session-revoked`, account('7'), { reason_admin: { en: 'administrator' } }), now)
    ended.record(event(`${CAEP}/session-revoked`, { format: 'complex', user: account('8') }), now)
    expect(ended.find(token('a', '7', START))).toMatchObject({ reason: 'administrator' })
    expect(ended.find(token('a', '8', START))).toBeDefined()
    expect(ended.find(token('a', '7', START + 1))).toBeUndefined()
  })

  it('is forgotten when no token can need it any more, and not before', () => {
    const ended = createEndedSessions(60_000)
    const revoke = (id: string, at: number) => ended.record(event(`${CAEP}/session-revoked`, session(id)), at)
    revoke('a', now)
    revoke('b', now + 59_999)
    expect(ended.find(token('a', '7'))).toBeDefined()
    revoke('c', now + 60_000)
    expect(ended.find(token('a', '7'))).toBeUndefined()
    expect(ended.find(token('b', '7'))).toBeDefined()
  })

  it.each([
    {},
    { events: null },
    { events: { x: 1 }, sub_id: 7 },
    { sub_id: session('a') },
    event('other', session('a')),
  ])('passes over %j', (odd) => {
    const ended = createEndedSessions(60_000)
    ended.record(odd, now)
    expect(ended.find(token('a', '7'))).toBeUndefined()
  })
})
