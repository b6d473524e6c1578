import type { Generated, Selectable } from 'kysely'
import type {
  HourlyCountsTable,
  MailOutboxTable,
  QueueLanesTable,
  WebhookDeliveriesTable,
  WebhookEndpointsTable,
  WebhookSubscriptionsTable,
} from './delivery-tables.ts'

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
  rate_limits: RateLimitsTable
  known_networks: KnownNetworksTable
  one_time_tokens: OneTimeTokensTable
  mail_requests: MailRequestsTable
  mail_outbox: MailOutboxTable
  known_devices: KnownDevicesTable
  groups: GroupsTable
  group_permissions: GroupPermissionsTable
  account_groups: AccountGroupsTable
  account_permissions: AccountPermissionsTable
  webhook_endpoints: WebhookEndpointsTable
  webhook_subscriptions: WebhookSubscriptionsTable
  webhook_deliveries: WebhookDeliveriesTable
  queue_lanes: QueueLanesTable
  hourly_counts: HourlyCountsTable
}

/** A row of a table as a query returns it. */
export type RowOf<Table> = Selectable<Table>

/** Who there is. Ids are never used again, so that no token can outlive its account and fit the next one. */
export type AccountsTable = {
  id: Generated<number>
  username: string
  /** What makes the name unique; how it is derived from the name is a rule kept in `server_state`. */
  username_key: string
  email: string
  /** What the address is found by; empty if it is not one to be found by. Null: not derived yet. */
  email_key: string | null
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
  /** The fields that the deployment declares beside Latchkey's own, as a JSON object. */
  profile: Generated<string>
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
  /** Random; makes the ids of this session's tokens recognisable, and guessable by nobody who has not read it. */
  refresh_seed: string
  /** Which refresh token of the chain is the current one; the first has number 0. */
  refresh_generation: number
  /** When the current refresh token was issued: the start, or the last rotation. */
  refreshed_at: number
  refresh_expires_at: number
  /** The key that signed the current refresh token; null: one without a `kid`, or the session is from before this was kept. */
  refresh_kid: string | null
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
  /** Who did it: `account` (then `actor_id` says which), `service:NAME`, `anonymous`, `command_line` or `server`. */
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

/** What is counted for limits that several processes share. The columns are rate-limiter-flexible's own. */
export type RateLimitsTable = {
  /** The limit and what it counts under. */
  key: string
  points: number
  /** When the window ends; null never occurs with us. */
  expire: number | null
}

/** From which networks (an IPv4 address, a /64 of IPv6) an account was logged in to or registered, and when last. */
export type KnownNetworksTable = {
  account_id: number
  network: string
  last_login_at: number
}

/** Secrets that were sent out by mail. A row is gone once its token was used. */
export type OneTimeTokensTable = {
  /** SHA-256 of the token, which is kept nowhere. */
  digest: string
  purpose: string
  /** Whose it is; null: of somebody who has no account yet. */
  account_id: number | null
  /** The account's, when the token was made: a change of password, address or state voids it. */
  credentials_version: number | null
  /** The address it was sent to. */
  email: string
  created_at: number
  expires_at: number
}

/** Mail that was asked for and is not made yet; a row for each request, whether its address is known or not. */
export type MailRequestsTable = {
  id: Generated<number>
  purpose: string
  /** What the address that was typed is found by; empty if it cannot be anybody's. */
  email_key: string
  /** The one account that is meant; null: all that have the address. */
  account_id: number | null
  requested_at: number
}

/** From where an account was logged in to. */
export type KnownDevicesTable = {
  account_id: number
  /** Digest of address and user agent. */
  device_key: string
  first_seen_at: number
  last_seen_at: number
}

/** Sets of permissions that accounts can be given by belonging to them. */
export type GroupsTable = {
  id: Generated<number>
  name: string
  /** What makes the name unique: whatever the case of its letters. */
  name_key: string
  description: string
  created_at: number
}

/** What the members of a group may do. */
export type GroupPermissionsTable = {
  group_id: number
  permission: string
}

/** Who belongs to which group. */
export type AccountGroupsTable = {
  account_id: number
  group_id: number
}

/** What single accounts may do, beside what their groups give them. */
export type AccountPermissionsTable = {
  account_id: number
  permission: string
}
