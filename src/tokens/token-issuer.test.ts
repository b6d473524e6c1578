import { describe, expect, it } from 'vitest'
import type { Account } from '../accounts/account.ts'
import { systemRandom } from '../platform/random.ts'
import type { Session } from '../sessions/session.ts'
import type { ClaimsRules } from './claims.ts'
import { verifyJwt } from './jwt.ts'
import { createHmacJwtKey } from './jwt-key.ts'
import { createTokenIssuer, type TokenIssuerParts } from './token-issuer.ts'

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
const account = { id: 7, uid: '7', isUidNumber: true, username: 'ann' } as Account
const session: Session = {
  id: 'the-session',
  accountId: 7,
  createdAt: now,
  expiresAt: now + 120_000,
  refreshSeed: '00'.repeat(16),
  refreshGeneration: 3,
  refreshedAt: now,
  refreshExpiresAt: now + 120_000,
  refreshKid: undefined,
  endedAt: undefined,
  endReason: undefined,
  address: '',
  userAgent: '',
  amr: ['pwd'],
  provenAt: 0,
}

type IssuerFacts = Partial<Pick<TokenIssuerParts, 'customClaims' | 'findKeys'> & Pick<ClaimsRules, 'isLenient'>>

function anIssuer({ isLenient = false, findKeys = () => [], ...facts }: IssuerFacts = {}) {
  const keys = { access: key, refresh: key }
  return createTokenIssuer({
    currentKeys: () => keys,
    findKeys,
    rules: { ...rules, isLenient },
    random: systemRandom,
    ...facts,
  })
}

function claimsOf(token: string) {
  const verified = verifyJwt(token, () => key)
  return verified.kind === 'verified' ? verified.claims : {}
}

describe('issued tokens', () => {
  it('say how long they are valid, in whole seconds and never beyond the session', () => {
    const pair = anIssuer().issuePair({ account, session }, now)
    expect([pair.accessExpiresInSeconds, pair.refreshExpiresInSeconds]).toEqual([120, 120])
    expect(claimsOf(pair.access).exp).toBe(1_900_000_120)
    const endless = { ...session, expiresAt: undefined }
    const lifetimeOf = (one: Session, by = anIssuer()) =>
      by.issueAccess({ account, session: one }, now).accessExpiresInSeconds
    expect(lifetimeOf({ ...endless, refreshExpiresAt: now + 86_400_000 })).toBe(300)
    // Without rotation, a session is idle when its only refresh token has expired. No access token is valid after that.
    expect(lifetimeOf({ ...endless, refreshExpiresAt: now + 60_000 })).toBe(60)
    expect(lifetimeOf({ ...endless, refreshExpiresAt: now + 60_000 }, anIssuer({ isLenient: true }))).toBe(300)
  })

  it('keep the key of a refresh token that is computed again, as long as it verifies', () => {
    const former = createHmacJwtKey({ kid: 'former', secret: 'another secret of more than thirty-two bytes' })
    const issuer = anIssuer({ findKeys: (kid) => (kid === former.kid ? [former] : []) })
    const kidOf = (refreshKid: string | undefined) => {
      const { refresh } = issuer.issuePair({ account, session: { ...session, refreshKid } }, now)
      return JSON.parse(Buffer.from(refresh.split('.')[0] ?? '', 'base64url').toString()).kid
    }
    expect([issuer.refreshKid(), kidOf('former'), kidOf('gone'), kidOf(undefined)]).toEqual(['k', 'former', 'k', 'k'])
  })

  it('carry a deployment’s own claims in access tokens, with the account that these belong to', () => {
    const issuer = anIssuer({
      customClaims: ({ account, session }) => ({ name: account.username, amr: session.amr }),
    })
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
    const claims = claimsOf(anIssuer({ customClaims: () => hostile }).issueAccess({ account, session }, now).access)
    expect(claims).toMatchObject(own)
    expect(Object.values(claims)).not.toContain('theirs')
  })
})
