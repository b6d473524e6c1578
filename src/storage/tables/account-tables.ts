import type { Generated } from 'kysely'

/** The accounts. The database gives no id twice, so a token of a deleted account fits no other one. */
export type AccountsTable = {
  id: Generated<number>
  /** The id of the account in tokens. Unique; by default the same as `id`. */
  uid: string
  /** 1: JSON shows the `uid` as a number. */
  uid_is_number: Generated<number>
  username: string
  /** Makes the name unique. A rule in `server_state` says how it is derived from the name. */
  username_key: string
  email: string
  /** The key by which the address is found; empty if it cannot be found. Null: not derived yet. */
  email_key: string | null
  phone_number: string
  /** The number in E.164, by which it is found; empty if it has none. Null: not derived yet. */
  phone_key: string | null
  first_name: string
  last_name: string
  is_staff: number
  is_superuser: number
  created_at: number
  last_login_at: number | null
  email_verified_at: number | null
  deactivated_at: number | null
  /** Sessions that started at this moment or earlier are void: the last deactivation. */
  sessions_void_at: number | null
  /**
   * Sessions that started at this moment or earlier have ended for this reason, whatever their rows say, except the
   * kept one. Used to end more sessions than one transaction should change.
   */
  sessions_ended_at: Generated<number | null>
  sessions_end_reason: Generated<string | null>
  sessions_kept_id: Generated<string | null>
  /** Incremented by every change of what a login proves (password, state), so that a running login notices. */
  credentials_version: number
  /** Your own profile fields, as a JSON object. */
  profile: Generated<string>
  /** The fields that a search looks at, case-folded, one per line. Null: not derived yet. */
  search_text: Generated<string | null>
  /** The language of emails to the account; null: nobody has chosen one. */
  locale: string | null
}

/** The words by whose beginnings a search finds an account. */
export type AccountWordsTable = {
  word: string
  account_id: number
}

/** One current hash per account. */
export type PasswordsTable = {
  account_id: number
  hash: string
  changed_at: number
}
