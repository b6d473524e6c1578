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
  /** Random; makes the ids of this session's refresh tokens recognisable, and guessable by nobody who has not read it. */
  refresh_seed: string
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

/** The key ring: one row per key that signs, signed or will sign. `keys/signing-key.ts` says what the times mean. */
export type SigningKeysTable = {
  /** RFC 7638 thumbprint; of an HS256 key a digest. */
  kid: string
  algorithm: string
  /** Under a key derived from SECRET_KEY. Null: destroyed when the key was retired; HS256: SECRET_KEY itself is the key. */
  sealed_private_jwk: string | null
  created_at: number
  /** When it began to sign; until then it is only published. */
  activated_at: number | null
  /** When another key took over signing. */
  superseded_at: number | null
  /** When it stops to verify: the last of its tokens has expired. Set when it is superseded. */
  retires_at: number | null
  retired_at: number | null
}

/** What happened, for those who must know later. Appended in the transaction of the change. */
export type AuditEventsTable = {
  id: Generated<number>
  at: number
  event: string
  /** Whom it happened to. */
  account_id: number | null
  session_id: string | null
  /** Who did it: `account` (then `actor_id` says which), `anonymous`, `command_line` or `server`. */
  actor: string
  actor_id: number | null
  /** Where the request came from; empty if there was none. */
  address: string
  user_agent: string
  /** The event's other fields as a JSON object. */
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
