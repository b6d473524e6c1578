import type { FactorType } from './factor.ts'

/** The facts after somebody has proven a first factor. */
export type Standing = {
  /** What was proven, as RFC 8176 values. `mfa` alone is enough, as for a passkey that verified its user. */
  proven: readonly string[]
  /** The factors that the account has, without pending ones. */
  held: readonly FactorType[]
  /** Whether the settings require a second factor of this account. */
  isRequired: boolean
  /** When the account first logged in while a factor was required and it had none; undefined: now. */
  requiredSince: number | undefined
  /** Whether the account does not have to show its second factor on this device. */
  isDeviceTrusted: boolean
}

/** What a login needs. */
type LoginDecision =
  /** @param enrolBy until when the account can log in without a second factor; undefined: it needs none, or has one */
  | { kind: 'enough'; enrolBy: number | undefined }
  /** @param factors any one of them will do */
  | { kind: 'second_factor_due'; factors: readonly FactorType[] }
  /** The grace period is over: the login must enrol a factor first. */
  | { kind: 'enrolment_due' }

/**
 * Whether a second factor is due after a first one: always for accounts that have one. It does not know paths or
 * contracts, so no way of logging in can be an exception.
 *
 * @param graceMs SECOND_FACTOR_GRACE: how long an account that must have a factor can log in without one
 */
export function decideLogin(standing: Standing, now: number, graceMs: number): LoginDecision {
  const { proven, held, isRequired, requiredSince = now, isDeviceTrusted } = standing
  if (proven.includes('mfa')) return { kind: 'enough', enrolBy: undefined }
  if (hasSecondFactor(held)) {
    if (isDeviceTrusted) return { kind: 'enough', enrolBy: undefined }
    return { kind: 'second_factor_due', factors: usableFactors(held).filter((type) => canFollow(proven, type)) }
  }
  if (!isRequired) return { kind: 'enough', enrolBy: undefined }
  const enrolBy = requiredSince + graceMs
  return now < enrolBy ? { kind: 'enough', enrolBy } : { kind: 'enrolment_due' }
}

/**
 * Whether a factor can be the second proof after these. If no password was proven, the first proof was a code by email,
 * and another code to the same mailbox proves nothing more.
 */
export function canFollow(proven: readonly string[], type: FactorType): boolean {
  return type !== 'mailed_code' || proven.includes('pwd')
}

/** Whether these factors make logins require a second one. Recovery codes alone do not. */
export function hasSecondFactor(held: readonly FactorType[]): boolean {
  return held.some((type) => type !== 'recovery_code')
}

/** Each type once. Recovery codes are never offered first. */
export function usableFactors(held: readonly FactorType[]): FactorType[] {
  const types = [...new Set(held)]
  return [...types.filter((type) => type !== 'recovery_code'), ...types.filter((type) => type === 'recovery_code')]
}

/** What a session has proven after a further proof: RFC 8176 §2 calls several factors `mfa`. */
export function joinedAmr(former: readonly string[], added: readonly string[]): string[] {
  const isSecond = former.length > 0 && added.length > 0 && !(added.length === 1 && added[0] === 'pwd')
  return [...new Set([...former, ...added, ...(isSecond ? ['mfa'] : [])])]
}

/** Whether SECOND_FACTOR_REQUIRED_FOR names an account: by `staff`, `all`, or `group:NAME`. */
export function isSecondFactorRequired(
  requiredFor: readonly string[],
  account: { isStaff: boolean; groups: readonly string[] },
): boolean {
  return requiredFor.some(
    (rule) =>
      rule === 'all' ||
      (rule === 'staff' && account.isStaff) ||
      (rule.startsWith('group:') && account.groups.includes(rule.slice('group:'.length))),
  )
}
