import type { Generated } from 'kysely'

/**
 * Every table: the database at a glance. Times (`…_at`) are epoch milliseconds, JSON is text, and what other code would
 * keep as a boolean is 0 or 1 or, better, the moment it became true. Stores turn rows into domain objects and back;
 * snake_case and `null` end there.
 */
export type Tables = {
  accounts: AccountsTable
  passwords: PasswordsTable
  sessions: SessionsTable
  signing_keys: SigningKeysTable
  audit_events: AuditEventsTable
  server_state: ServerStateTable
  posts: PostsTable
}

/** Who there is. Ids are never used again, so that no token can outlive its account and fit the next one. */
export type AccountsTable = {
  id: Generated<number>
  username: string
  /** What makes the name unique; how it is derived from the name is a rule kept in `server_state`. */
  username_key: string
  email: string
  phone_number: string
  first_name: string
  last_name: string
  is_staff: number
  is_superuser: number
  created_at: number
  last_login_at: number | null
  email_verified_at: number | null
  deactivated_at: number | null
  /** Sessions that began at this moment or before it are void: the last deactivation. */
  sessions_void_at: number | null
  /** Raised by every change of what a login proves (password, state), so that a login under way notices. */
  credentials_version: number
}

/** One current hash per account. */
export type PasswordsTable = {
  account_id: number
  hash: string
  changed_at: number
}

/** One login on one device: the state of its whole chain of refresh tokens, however long that is. */
export type SessionsTable = {
  id: string
  account_id: number
  created_at: number
  /** The session's absolute end, which rotation cannot push out; null: none. */
  expires_at: number | null
  /** Which refresh token of the chain is the current one; the first has number 0. */
  refresh_generation: number
  /** When the current refresh token was issued: the start, or the last rotation. */
  refreshed_at: number
  refresh_expires_at: number
  ended_at: number | null
  end_reason: string | null
  /** The address and user agent of the login. */
  address: string
  user_agent: string
  /** How the login was proven: RFC 8176 values, separated by blanks. */
  amr: string
}

/** The key ring of asymmetric signing keys. The private part is sealed under a key derived from SECRET_KEY. */
export type SigningKeysTable = {
  kid: string
  algorithm: string
  public_jwk: string
  sealed_private_jwk: string
  created_at: number
  /** When it begins to sign: until then it is only published. */
  active_from: number
  /** When it stops to verify; null while no successor is active. */
  retires_at: number | null
  retired_at: number | null
}

/** What happened, for those who must know later. Appended in the transaction of the change. */
export type AuditEventsTable = {
  id: Generated<number>
  at: number
  event: string
  account_id: number | null
  actor_id: number | null
  session_id: string | null
  address: string
  facts: string
}

/** Single facts that belong to the database rather than to one process. */
export type ServerStateTable = {
  name: string
  value: string
}

/** The sample resource of the classic contract. */
export type PostsTable = {
  id: Generated<number>
  author_id: number
  title: string
  content: string
  created_at: number
  updated_at: number
}
