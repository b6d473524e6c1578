import type { Generated } from 'kysely'

/** The factors that accounts have besides their password. */
export type FactorsTable = {
  id: string
  account_id: number
  /** Which factor: a name of `mfa/factors.ts`. */
  type: string
  /** What the owner calls it; empty: nothing. */
  name: string
  created_at: number
  /** Null: the enrolment is pending, and the factor proves nothing yet. */
  confirmed_at: number | null
  last_used_at: number | null
  /** Incremented by every use that changes `data`, so that nothing is used twice. */
  version: number
  /** What finds it without an account: the credential id of a passkey. Null for other factors. */
  lookup_key: string | null
  /** What the factor keeps, as JSON; its secrets are encrypted. */
  data: string
  /** When an administrator's removal takes effect; null: nobody removes it. */
  removes_at: Generated<number | null>
}

/** What is stored once for an account with factors, or for one that must enrol one. */
export type FactorHoldersTable = {
  account_id: number
  /** The random id by which authenticators know the account. It reveals nothing about the account. */
  user_handle: string
  /** When it first logged in while a second factor was required and it had none; null: never. */
  required_since: number | null
}

/** Logins that wait for one more proof. A row is deleted once it was used. */
export type LoginChallengesTable = {
  /** SHA-256 of its token, which is not stored. */
  digest: string
  purpose: string
  /** Null: a mailed code was requested, and its account has not been looked up yet. */
  account_id: number | null
  /** The account's version when the first proof was given. */
  credentials_version: number | null
  /** For a mailed code: the key of the typed address. */
  email_key: string | null
  /** What was proven so far: RFC 8176 values, separated by spaces. */
  amr: string
  attempts: number
  /** What the factor that was begun must remember, encrypted; empty: nothing. */
  state: string
  created_at: number
  expires_at: number
}

/** Devices on which an account need not show its second factor. */
export type TrustedDevicesTable = {
  id: string
  account_id: number
  /** SHA-256 of the token that the device holds. */
  digest: string
  /** A change of password or factors voids the row. */
  credentials_version: number
  created_at: number
  expires_at: number
  address: string
  user_agent: string
}
