/** The names of all factors. Recovery codes prove as much as a second factor, but an account cannot have them alone. */
export const factorTypes = ['totp', 'passkey', 'mailed_code', 'recovery_code'] as const

export type FactorType = (typeof factorTypes)[number]

/** A factor of an account, as it is stored. */
export type HeldFactor = {
  id: string
  accountId: number
  type: FactorType
  /** The name that the owner gave it; may be empty. */
  name: string
  createdAt: number
  /** Undefined while its enrolment is pending: it proves nothing yet. */
  confirmedAt: number | undefined
  lastUsedAt: number | undefined
  /** Incremented whenever `data` changes. */
  version: number
  /**
   * The factor's own data, as JSON. If it has a secret, the member `sealed` contains it, encrypted for `placeOfFactor`,
   * so that it is encrypted again when SECRET_KEY is replaced.
   */
  data: string
  /** When an administrator's removal takes effect; undefined: no removal is scheduled. */
  removesAt: number | undefined
}

/** The account that the factors belong to, with the names that a factor may show. */
export type FactorOwner = {
  id: number
  username: string
  /** Empty: none. */
  email: string
  isEmailVerified: boolean
  displayName: string
  /** The random id by which authenticators know the account, in base64url. */
  userHandle: string
}

/** What a client presents to prove a factor, or to finish its enrolment. */
export type Presented = {
  code?: string | undefined
  /** What `navigator.credentials` returned, as JSON (WebAuthn Level 3 §5.1). */
  credential?: unknown
  /** Confirms that the recovery codes are saved. */
  saved?: boolean | undefined
}

/** A code to mail to the owner once the transaction is committed. */
export type CodeToMail = { code: string; lifetimeMs: number }

/** The data that an enrolment or a challenge needs until it is finished. The code that stores `state` encrypts it. */
type Begun = {
  /** For an enrolment: the new `data`. For a challenge: what `verify` needs. */
  state: string
  /** For the client: snake_case, as the contract shows it. */
  answer: Readonly<Record<string, unknown>>
  mail?: CodeToMail
}

/** A finished enrolment. */
export type Enrolled = {
  data: string
  /** The key by which the factor is found without an account; unique. */
  lookupKey?: string
  /** The initial name. Default: none. */
  name?: string
  /** RFC 8176 values that the enrolment itself proves; empty: nothing. */
  amr: readonly string[]
}

/** A proven factor. The proof counts only if `factor` has not changed since it was read. */
export type Proven = {
  factor: HeldFactor
  /** The factor's data from now on. The same as before: nothing changes. */
  data: string
  /** RFC 8176 values. They contain `mfa` if this proof satisfies every policy alone. */
  amr: readonly string[]
  /** A passkey's counter went back: it may have been copied. */
  hasCounterRegressed?: boolean
  /** How many recovery codes the account has left. */
  left?: number
  /** The factor has no further use and is removed. */
  isUsedUp?: boolean
}

/**
 * One kind of factor. Routes, storage, limits and replay protection are generic: a new factor is one folder with a
 * `Factor`, and one line in `factors.ts`.
 */
export type Factor = {
  readonly type: FactorType
  /** Whether a stranger could guess a proof, so that wrong ones count under the limit of the account. */
  readonly isGuessable: boolean
  /** How many an account may have at once. */
  readonly most: number
  /** Why nobody can enrol it here; undefined: everybody can. */
  unavailable(owner: FactorOwner): 'passkeys_unavailable' | 'no_mail' | undefined
  /** Begins an enrolment. @param id of the new factor, for encryption */
  enrol(owner: FactorOwner, id: string, held: readonly HeldFactor[], now: number): Promise<Begun>
  /** Ends the enrolment. Undefined: the proof is wrong, and nothing changes. */
  finish(pending: HeldFactor, presented: Presented, now: number): Promise<Enrolled | undefined>
  /** What a client needs before it can prove the factor. Undefined: nothing. */
  challenge?(held: readonly HeldFactor[], owner: FactorOwner, now: number): Promise<Begun>
  /** @param state of `challenge`; empty: `challenge` was not called */
  verify(held: readonly HeldFactor[], presented: Presented, state: string, now: number): Promise<Proven | undefined>
  /** Facts about a held factor that its owner may see, in snake_case. */
  describe(held: HeldFactor): Readonly<Record<string, unknown>>
}

/** The place that the secret of a factor is bound to when it is encrypted. */
export function placeOfFactor(id: string): string {
  return `factors:${id}`
}

/** Whether a text names a factor. */
export function isFactorType(text: string): text is FactorType {
  return (factorTypes as readonly string[]).includes(text)
}
