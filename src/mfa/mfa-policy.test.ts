import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorTypes } from './factor.ts'
import { decideLogin, hasSecondFactor, isSecondFactorRequired, joinedAmr, type Standing } from './mfa-policy.ts'

const now = 1_900_000_000_000
const day = 86_400_000

const standing = (facts: Partial<Standing> = {}): Standing => ({
  proven: ['pwd'],
  held: [],
  isRequired: false,
  requiredSince: undefined,
  isDeviceTrusted: false,
  ...facts,
})
const decide = (facts: Partial<Standing>) => decideLogin(standing(facts), now, 14 * day)

describe('the login policy', () => {
  it('is satisfied by a password if there is no factor and none is required', () => {
    expect(decide({})).toEqual({ kind: 'enough', enrolBy: undefined })
    expect(decide({ held: ['recovery_code'] })).toMatchObject({ kind: 'enough' })
  })

  it('asks for a factor that the account has, and never for recovery codes first', () => {
    const decision = decide({ held: ['recovery_code', 'totp', 'totp', 'passkey'] })
    expect(decision).toEqual({ kind: 'second_factor_due', factors: ['totp', 'passkey', 'recovery_code'] })
  })

  it('does not accept the first proof as the second one', () => {
    expect(decide({ proven: ['otp'], held: ['mailed_code', 'totp'] })).toEqual({
      kind: 'second_factor_due',
      factors: ['totp'],
    })
  })

  it('lets an account that must have one log in during its grace period, and then asks it to enrol', () => {
    expect(decide({ isRequired: true })).toEqual({ kind: 'enough', enrolBy: now + 14 * day })
    expect(decide({ isRequired: true, requiredSince: now - 14 * day + 1 })).toEqual({
      kind: 'enough',
      enrolBy: now + 1,
    })
    expect(decide({ isRequired: true, requiredSince: now - 14 * day })).toEqual({ kind: 'enrolment_due' })
    expect(decideLogin(standing({ isRequired: true }), now, 0)).toEqual({ kind: 'enrolment_due' })
  })

  it('never accepts one factor if there is a second one, unless the device is trusted', () => {
    const amr = fc.subarray(['pwd', 'otp', 'hwk', 'swk', 'user'])
    const facts = fc.record({
      proven: amr,
      held: fc.array(fc.constantFrom(...factorTypes)),
      isRequired: fc.boolean(),
      requiredSince: fc.option(fc.integer({ min: 0, max: now }), { nil: undefined }),
      isDeviceTrusted: fc.constant(false),
    })
    fc.assert(
      fc.property(facts, (given) => {
        const { kind } = decideLogin(given, now, 14 * day)
        if (hasSecondFactor(given.held)) expect(kind).toBe('second_factor_due')
      }),
    )
  })

  it('knows whom the settings require it of', () => {
    const somebody = { isStaff: false, groups: ['finance'] }
    expect(isSecondFactorRequired([], { isStaff: true, groups: [] })).toBe(false)
    expect(isSecondFactorRequired(['staff'], somebody)).toBe(false)
    expect(isSecondFactorRequired(['staff', 'group:finance'], somebody)).toBe(true)
    expect(isSecondFactorRequired(['all'], somebody)).toBe(true)
  })

  it('counts two factors as several, and a password that was proven twice as one', () => {
    expect(joinedAmr(['pwd'], ['otp'])).toEqual(['pwd', 'otp', 'mfa'])
    expect(joinedAmr(['pwd'], ['pwd'])).toEqual(['pwd'])
    expect(joinedAmr([], ['otp'])).toEqual(['otp'])
  })
})
