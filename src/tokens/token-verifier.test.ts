import { describe, expect, it } from 'vitest'
import { AuthError } from '../errors.ts'
import { buildAccessClaims, buildRefreshClaims, type ClaimsRules } from './claims.ts'
import { signJwt } from './jwt.ts'
import { createHmacJwtKey, type JwtKey } from './jwt-key.ts'
import { createTokenVerifier, type VerificationKeys } from './token-verifier.ts'

const now = 1_900_000_000_000
const rules: ClaimsRules = {
  isLenient: false,
  userIdClaim: 'user_id',
  issuer: 'us',
  audience: undefined,
  hasSubject: true,
  leewayMs: 0,
  lifetimesMs: { access: 300_000, refresh: 86_400_000 },
}
const keyOf = (kid: string) => createHmacJwtKey({ kid, secret: `${kid}: a secret of more than thirty-two bytes` })
const [known, fresh, stranger] = [keyOf('known'), keyOf('fresh'), keyOf('stranger')]

/** The keys of a process that finds `fresh` when it looks for it, and in which `gone` was retired. */
function someKeys(): VerificationKeys & { readings: string[] } {
  const byKid = new Map([[known.kid, [known]]])
  const readings: string[] = []
  return {
    readings,
    find: (kid) => byKid.get(kid) ?? [],
    wasRetired: (kid) => kid === 'gone',
    async refreshForUnknown(kid) {
      readings.push(kid)
      if (kid === fresh.kid) byKid.set(kid, [fresh])
      return byKid.has(kid)
    },
  }
}

function anAccessToken(key: JwtKey, facts: { issuedAt?: number; sessionId?: string } = {}): string {
  const { issuedAt = now, ...rest } = facts
  const token = { subject: 7, tokenId: 'jti', issuedAt, expiresAt: issuedAt + 300_000, ...rest }
  return signJwt(key, { typ: 'at+jwt' }, buildAccessClaims(token, rules))
}

async function refusalOf(verification: Promise<unknown>): Promise<AuthError> {
  const error = await verification.catch((caught) => caught)
  if (error instanceof AuthError) return error
  throw new Error('it was not refused', { cause: error })
}

describe('verifying a token', () => {
  it('looks once for a key that another process has just created, and knows it from then on', async () => {
    const keys = someKeys()
    const verifier = createTokenVerifier({ keys, rules })
    const found = { use: 'access', subject: { kind: 'named', uid: '7' } }
    expect(await verifier.verifyAccess(anAccessToken(fresh), now)).toMatchObject(found)
    expect((await verifier.open(anAccessToken(fresh), now)).token).toMatchObject(found)
    expect(keys.readings).toEqual(['fresh'])
  })

  it('refuses a token whose key is not found then either', async () => {
    const keys = someKeys()
    const verifier = createTokenVerifier({ keys, rules })
    const refusal = await refusalOf(verifier.verifyAccess(anAccessToken(stranger), now))
    expect([refusal.code, refusal.detail, refusal.endReason]).toEqual(['token_not_valid', 'unknown_key', undefined])
    expect(keys.readings).toEqual(['stranger'])
  })

  it('looks for no key if it has one, or if the presented text is not a token', async () => {
    const keys = someKeys()
    const verifier = createTokenVerifier({ keys, rules })
    const forged = anAccessToken(
      createHmacJwtKey({ kid: 'known', secret: 'another secret of thirty-two bytes and more' }),
    )
    for (const token of [forged, 'junk', 'a.b.c', '', '.'.repeat(5_000)]) {
      expect((await refusalOf(verifier.verifyAccess(token, now))).code).toBe('token_not_valid')
    }
    await verifier.verifyAccess(anAccessToken(known), now)
    expect(keys.readings).toEqual([])
  })

  it('says of a token whose key was retired that this is why, without looking for it', async () => {
    const keys = someKeys()
    const verifier = createTokenVerifier({ keys, rules })
    const refusal = await refusalOf(Promise.resolve(verifier.open(anAccessToken(keyOf('gone')), now)))
    expect([refusal.code, refusal.endReason]).toEqual(['token_not_valid', 'key_retired'])
    expect(keys.readings).toEqual([])
  })
})

describe('opening an expired token', () => {
  const verifier = createTokenVerifier({ keys: someKeys(), rules })
  const refreshToken = signJwt(
    known,
    { typ: 'JWT' },
    buildRefreshClaims({ subject: 7, tokenId: 'j', sessionId: 's', issuedAt: now, expiresAt: now + 60_000 }, rules),
  )

  it('returns a genuine token that has merely expired', () => {
    expect(verifier.openExpired(refreshToken, now + 60_000)).toMatchObject({ sessionId: 's' })
  })

  it('returns nothing for one that is still valid, has another fault, or is not ours', () => {
    expect(verifier.openExpired(refreshToken, now + 59_999)).toBeUndefined()
    expect(verifier.openExpired(anAccessToken(stranger), now + 900_000)).toBeUndefined()
    const elsewhere = createTokenVerifier({ keys: someKeys(), rules: { ...rules, issuer: 'them' } })
    expect(elsewhere.openExpired(refreshToken, now + 60_000)).toBeUndefined()
    const tampered = refreshToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect(verifier.openExpired(tampered, now + 60_000)).toBeUndefined()
  })
})
