import { Secret } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random.ts'
import { createSeal } from '../../platform/seal.ts'
import type { HeldFactor } from '../factor.ts'
import { createTotpFactor } from './totp-factor.ts'

const seal = createSeal({ secretKey: 'a-secret-key-for-tests-only-0123456789', fallbacks: [], random: systemRandom })
const factor = createTotpFactor({ seal, random: systemRandom, issuer: 'Test', leewaySteps: 0 })

/** The secret of RFC 6238, appendix B. */
const secret = Secret.fromUTF8('12345678901234567890').base32
const held: HeldFactor = {
  id: 'a',
  accountId: 1,
  type: 'totp',
  name: '',
  createdAt: 0,
  confirmedAt: 0,
  lastUsedAt: undefined,
  version: 1,
  removesAt: undefined,
  data: JSON.stringify({ sealed: seal.seal(secret, 'factors:a'), lastStep: null }),
}

describe('codes of an authenticator app', () => {
  // RFC 6238, appendix B, SHA-1; the last six of eight digits.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('are those of RFC 6238 at %d seconds', async (seconds, code) => {
    expect(await factor.verify([held], { code }, '', seconds * 1_000)).toMatchObject({ factor: held, amr: ['otp'] })
    expect(await factor.verify([held], { code }, '', (seconds + 60) * 1_000)).toBeUndefined()
  })

  it('count once: a used step is over', async () => {
    const proven = await factor.verify([held], { code: '287 082' }, '', 59_000)
    const used = { ...held, data: proven?.data ?? '' }
    expect(await factor.verify([used], { code: '287082' }, '', 59_000)).toBeUndefined()
  })

  it.each(['', '28708', '2870820', 'abcdef', '２８７０８２'])('are not %j', async (code) => {
    expect(await factor.verify([held], { code }, '', 59_000)).toBeUndefined()
  })
})
