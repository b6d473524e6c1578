import { type Locale, localeOf } from '../../accounts/locale.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import { sha256 } from '../../platform/digest.ts'

/** The parts of an account that are compared and imported separately. */
export const accountParts = ['name', 'email', 'password', 'state', 'rights', 'person', 'login'] as const

export type AccountPart = (typeof accountParts)[number]

/** Enough that two versions of one account never look the same. */
const DIGITS = 10

/** The state of an account in the other system, as one short text: a digest per part. */
export function fingerprintOf(account: ForeignAccount): string {
  const { profile, firstName, lastName, phoneNumber, locale } = account
  return [
    digest(account.username ?? null),
    digest([account.email, account.isEmailVerified]),
    digest(account.passwordHash ?? null),
    stateDigest(account.isActive),
    rightsDigest(account),
    personDigest({ firstName, lastName, phoneNumber, profile, locale: localeOf(locale ?? '') }),
    digest(account.lastLoginAt ?? null),
  ].join('.')
}

/** The parts in which two fingerprints differ. */
export function changedParts(before: string, after: string): AccountPart[] {
  const [old, now] = [before.split('.'), after.split('.')]
  return accountParts.filter((_, position) => old[position] !== now[position])
}

/** One part of a fingerprint. */
export function partOf(fingerprint: string, part: AccountPart): string {
  return fingerprint.split('.')[accountParts.indexOf(part)] ?? ''
}

/** A fingerprint with some parts of an earlier one, so that these count as changed again. */
export function withFormer(fingerprint: string, former: string, parts: readonly AccountPart[]): string {
  return accountParts.map((part) => partOf(parts.includes(part) ? former : fingerprint, part)).join('.')
}

export function stateDigest(isActive: boolean): string {
  return isActive ? '1' : '0'
}

type ImportedRights = Pick<ForeignAccount, 'isStaff' | 'isSuperuser' | 'groups' | 'permissions'>

export function rightsDigest({ isStaff, isSuperuser, groups, permissions }: ImportedRights): string {
  if (!isStaff && !isSuperuser && groups.length === 0 && permissions.length === 0) return '-'
  return digest([isStaff, isSuperuser, [...groups].sort(), [...permissions].sort()])
}

type Person = Pick<ForeignAccount, 'firstName' | 'lastName' | 'phoneNumber' | 'profile'> & {
  locale: Locale | undefined
}

/** Without a language, the digest is the same as before there were languages, so that no account looks changed. */
export function personDigest({ firstName, lastName, phoneNumber, profile, locale }: Person): string {
  return digest([firstName, lastName, phoneNumber, profile, ...(locale === undefined ? [] : [locale])])
}

/** The digest of a part that consists of these values. */
export function digest(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, DIGITS)
}
