import type { Generated } from 'kysely'

/** The accounts. Ids are never reused, so a token cannot outlive its account and fit another one. */
export type AccountsTable = {
  id: Generated<number>
  /** The text by which tokens name the account. Unique; by default the id. */
  uid: string
  /** 1: JSON shows the `uid` as a number. */
  uid_is_number: Generated<number>
  username: string
  /** Makes the name unique. A rule in `server_state` says how it is derived from the name. */
  username_key: string
  email: string
  /** The key for finding the address; empty if it cannot be found by address. Null: not derived yet. */
  email_key: string | null
  phone_number: string
  /** The number in E.164, under which it is found; empty if it has none. Null: not derived yet. */
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
   * Sessions that started at this moment or earlier have ended, for this reason, except the kept one, whatever their rows
   * say. It is for more sessions than one transaction should change.
   */
  sessions_ended_at: Generated<number | null>
  sessions_end_reason: Generated<string | null>
  sessions_kept_id: Generated<string | null>
  /** Incremented by every change of what a login proves (password, state), so that a login under way notices. */
  credentials_version: number
  /** Your own profile fields, as a JSON object. */
  profile: Generated<string>
  /** The fields that a search looks at, folded, one per line. Null: not derived yet. */
  search_text: Generated<string | null>
  /** The language of mails to it; null: nobody has chosen one. */
  locale: string | null
}

/** The words by whose beginning an account is found. */
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
