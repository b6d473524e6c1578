import type { PortableDevice, PortableFactor } from '../mfa/portable-factor.ts'

/** An account of another system. Nothing is checked yet. */
export type ForeignAccount = {
  /** Its primary key there, as text. */
  key: string
  /** The id that its tokens contain, and whether JSON shows it as a number. */
  uid: { text: string; isNumber: boolean }
  /** Undefined: it has no username there, and gets one that is derived from its other data. */
  username: string | undefined
  /** Empty: none. */
  email: string
  isEmailVerified: boolean
  phoneNumber: string
  firstName: string
  lastName: string
  isActive: boolean
  isStaff: boolean
  isSuperuser: boolean
  /** Epoch milliseconds; undefined: unknown. */
  createdAt: number | undefined
  lastLoginAt: number | undefined
  /** The hash as stored there; undefined: it has no password. */
  passwordHash: string | undefined
  /** The keys of its groups. */
  groups: readonly string[]
  /** Its own permissions. */
  permissions: readonly string[]
  /** Your own profile fields. */
  profile: Readonly<Record<string, unknown>>
  /** The language of its emails, as a language tag (BCP 47); undefined: unknown. */
  locale?: string | undefined
  /** Why it is left out although it is valid; undefined: it is not left out. */
  skipped?: string
}

/** A group as another system has it. */
export type ForeignGroup = { key: string; name: string; permissions: readonly string[] }

/** A refresh token that must no longer be accepted, although it has not expired. */
export type ForeignSpentToken = { jti: string; accountKey: string | undefined; expiresAt: number }

/**
 * A token of Django REST framework: users send it as `Authorization: Token …`. `createdAt`: epoch milliseconds; 0:
 * unknown.
 */
export type ForeignSessionKey = { key: string; accountKey: string; createdAt: number }

/** A second factor or a trusted device of an account. `key`: its id, which stays the same here. */
export type ForeignFactor = { key: string; accountKey: string } & (
  | { kind: 'factor'; factor: PortableFactor }
  | { kind: 'device'; device: PortableDevice }
)

/** A post of the sample application. */
export type ForeignPost = {
  key: string
  authorKey: string
  title: string
  content: string
  createdAt: number
  updatedAt: number
}

/** Something that is not imported, and why; or something that a person should know first. */
export type ForeignNote = { subject: string; says: string }

/** Another system, open for reading. Each list can be read more than once, and is the same each time. */
export type ForeignSystem = {
  /** The name of the system, for people. */
  description: string
  /** How many accounts there are; undefined: unknown until they are read. */
  countAccounts(): Promise<number | undefined>
  accounts(): AsyncIterable<readonly ForeignAccount[]>
  groups(): Promise<readonly ForeignGroup[]>
  spentTokens(now: number): AsyncIterable<readonly ForeignSpentToken[]>
  posts(): AsyncIterable<readonly ForeignPost[]>
  /** Absent: it has none. */
  keys?(): AsyncIterable<readonly ForeignSessionKey[]>
  /** Second factors and trusted devices. Absent: it has none that work here. */
  factors?(): AsyncIterable<readonly ForeignFactor[]>
  notes: readonly ForeignNote[]
  close(): Promise<void>
}

/** The records of a kind that a system does not have. */
export async function* noRecords(): AsyncIterable<readonly never[]> {}

/** The system does not have the expected form. The message says why, and what to do. */
export class ForeignSystemError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ForeignSystemError'
  }
}
