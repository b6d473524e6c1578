import type { Generated } from 'kysely'

/** One login on one device: the state of its whole chain of refresh tokens, however long that is. */
export type SessionsTable = {
  id: string
  account_id: number
  created_at: number
  /** The session's absolute end, which refreshing cannot postpone; null: none. */
  expires_at: number | null
  /** Random. It makes the ids of the session's tokens recognisable, and nobody can guess them without reading it. */
  refresh_seed: string
  /** The number of the current refresh token in the chain, starting at 0. */
  refresh_generation: number
  /** When the current refresh token was issued: at the login or the last rotation. */
  refreshed_at: number
  refresh_expires_at: number
  /**
   * When housekeeping checks whether the session can be deleted, at the latest when its tokens have expired. A refresh
   * does not change it, and so no index either.
   */
  prune_check_at: Generated<number>
  /** The key that signed the current refresh token; null: it has no `kid`, or the session is older than this column. */
  refresh_kid: string | null
  /** When a rotated refresh token of this session was last presented and accepted; null: never. */
  rotated_token_at: Generated<number | null>
  ended_at: number | null
  end_reason: string | null
  /** SHA-256 of the djoser key, if the session has one instead of tokens. */
  key_digest: Generated<string | null>
  /** The key itself, encrypted, if the contract promises the same key at the next login; null: nobody can show it. */
  sealed_key: Generated<string | null>
  /** The address and user agent of the login. */
  address: string
  user_agent: string
  /** How the user authenticated: RFC 8176 values, separated by spaces. */
  amr: string
  /** When the user last proved who they are in this session; null: at its start. */
  proven_at: Generated<number | null>
}

/** Marks (`accounts.sessions_ended_at`) whose sessions' rows have not been updated yet. */
export type SessionMarksTable = {
  account_id: number
  at: number
  reason: string
  /** Empty: no session is kept. */
  kept_id: string
  /** Who ended the sessions, as JSON: for the events. */
  origin: string
}

/** The mark that has ended the sessions of all accounts, until their rows are updated. One row at most. */
export type AllSessionsMarkTable = {
  /** Always 1. */
  number: number
  at: number
  /** Who ended the sessions, as JSON: for the events. */
  origin: string
  /** The sessions with ids up to this one have been updated. */
  followed_id: string
}

/**
 * Marks that have ended the sessions of retired keys, until their rows are updated and no process can start further ones.
 */
export type RetiredKeyMarksTable = {
  kid: string
  /** The `kid` of the key's refresh tokens. */
  refresh_kid: string
  at: number
  /** Who retired the key, as JSON: for the events. */
  origin: string
  /** The sessions with ids up to this one have been updated. */
  followed_id: string
  /** When the current or the last walk through all sessions began; null: none has. */
  walk_began_at: Generated<number | null>
}
