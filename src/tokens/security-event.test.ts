import { describe, expect, it } from 'vitest'
import { buildSecurityEventClaims } from './security-event.ts'

const at = 1_900_000_000_123
const ended = {
  id: 'event-1',
  at,
  uid: '7',
  initiatingEntity: 'user',
  kind: 'session_revoked',
  sessionId: 'a1b2',
  reason: 'logout',
} as const

describe('the claims set of a security event', () => {
  it('names the session and the account, and says why it ended and who ended it', () => {
    expect(buildSecurityEventClaims(ended, 'https://auth.example.org')).toEqual({
      iss: 'https://auth.example.org',
      jti: 'event-1',
      iat: 1_900_000_000,
      toe: 1_900_000_000,
      sub_id: {
        format: 'complex',
        session: { format: 'opaque', id: 'a1b2' },
        user: { format: 'iss_sub', iss: 'https://auth.example.org', sub: '7' },
      },
      events: {
        'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {
          event_timestamp: 1_900_000_000,
          initiating_entity: 'user',
          reason_admin: { en: 'logout' },
        },
      },
    })
  })

  it.each([
    ['account_disabled', 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'],
    ['account_purged', 'https://schemas.openid.net/secevent/risc/event-type/account-purged'],
  ] as const)('of %s is about the account alone', (kind, type) => {
    const claims = buildSecurityEventClaims({ id: 'event-2', at, uid: '7', initiatingEntity: 'admin', kind }, 'us')
    expect(claims).toMatchObject({ sub_id: { format: 'iss_sub', iss: 'us', sub: '7' }, events: { [type]: {} } })
  })

  it('names accounts by their bare ids if there is no issuer', () => {
    const claims = buildSecurityEventClaims(ended, undefined)
    expect(claims).not.toHaveProperty('iss')
    expect(claims).toMatchObject({ sub_id: { user: { format: 'opaque', id: '7' } } })
  })

  it('has nothing that a login token needs', () => {
    const claims = buildSecurityEventClaims(ended, 'us')
    for (const claim of ['exp', 'sub', 'sid', 'token_type', 'user_id']) expect(claims).not.toHaveProperty(claim)
  })
})
