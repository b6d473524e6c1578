import { describe, expect, it } from 'vitest'
import type { Account } from '../accounts/account.ts'
import { systemRandom } from '../platform/random.ts'
import type { Session } from '../sessions/session.ts'
import type { ClaimsRules } from './claims.ts'
import { verifyJwt } from './jwt.ts'
import { createHmacJwtKey } from './jwt-key.ts'
import { type CustomClaims, createTokenIssuer } from './token-issuer.ts'

const now = 1_900_000_000_400
const rules: ClaimsRules = {
  isLenient: false,
  userIdClaim: 'user_id',
  issuer: 'us',
  audience: 'api',
  hasSubject: true,
  leewayMs: 0,
  lifetimesMs: { access: 300_000, refresh: 86_400_000 },
}
const key = createHmacJwtKey({ kid: 'k', secret: 'a secret of more than thirty-two bytes' })
const account = { id: 7, username: 'ann' } as Account
const session: Session = {
  id: 'the-session',
  accountId: 7,
  createdAt: now,
  expiresAt: now + 120_000,
  refreshSeed: '00'.repeat(16),
  refreshGeneration: 3,
  refreshedAt: now,
  refreshExpiresAt: now + 120_000,
  endedAt: undefined,
  endReason: undefined,
  address: '',
  userAgent: '',
  amr: ['pwd'],
}

function anIssuer(customClaims?: CustomClaims) {
  const keys = { access: key, refresh: key }
  return createTokenIssuer({
    currentKeys: () => keys,
    rules,
    random: systemRandom,
    ...(customClaims && { customClaims }),
  })
}

function claimsOf(token: string) {
  const verified = verifyJwt(token, () => key)
  return verified.kind === 'verified' ? verified.claims : {}
}

describe('issued tokens', () => {
  it('say how long they are good, in whole seconds and never beyond the session', () => {
    const pair = anIssuer().issuePair({ account, session }, now)
    expect([pair.accessExpiresInSeconds, pair.refreshExpiresInSeconds]).toEqual([120, 120])
    expect(claimsOf(pair.access).exp).toBe(1_900_000_120)
    const longer = anIssuer().issueAccess({ account, session: { ...session, expiresAt: undefined } }, now)
    expect(longer.accessExpiresInSeconds).toBe(300)
  })

  it('carry a deployment’s own claims in access tokens, which are told whose they are', () => {
    const issuer = anIssuer(({ account, session }) => ({ name: account.username, amr: session.amr }))
    const { access, refresh } = issuer.issuePair({ account, session }, now, { carried: 1, name: 'from before' })
    expect(claimsOf(access)).toMatchObject({ name: 'ann', amr: ['pwd'], carried: 1 })
    expect(claimsOf(refresh)).not.toHaveProperty('amr')
  })

  it('let no such claim replace one of their own', () => {
    const own = {
      iss: 'us',
      aud: 'api',
      sub: '7',
      sid: 'the-session',
      token_type: 'access',
      user_id: 7,
      exp: 1_900_000_120,
    }
    const hostile = Object.fromEntries([...Object.keys(own), 'iat', 'jti'].map((name) => [name, 'theirs']))
    const claims = claimsOf(anIssuer(() => hostile).issueAccess({ account, session }, now).access)
    expect(claims).toMatchObject(own)
    expect(Object.values(claims)).not.toContain('theirs')
  })
})
