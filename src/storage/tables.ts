import type { Generated, Selectable } from 'kysely'
import type { AccountsTable, AccountWordsTable, PasswordsTable } from './tables/account-tables.ts'
import type {
  HourlyCountsTable,
  MailOutboxTable,
  QueueLanesTable,
  WebhookDeliveriesTable,
  WebhookEndpointsTable,
  WebhookSubscriptionsTable,
} from './tables/delivery-tables.ts'
import type {
  FactorHoldersTable,
  FactorsTable,
  LoginChallengesTable,
  TrustedDevicesTable,
} from './tables/factor-tables.ts'
import type {
  AllSessionsMarkTable,
  RetiredKeyMarksTable,
  SessionMarksTable,
  SessionsTable,
} from './tables/session-tables.ts'

/**
 * Every table: an overview of the database. Times (`…_at`) are epoch milliseconds, JSON is text, and a boolean is 0 or
 * 1 or, better, the time at which it became true. Stores convert rows into domain objects and back; snake_case and
 * `null` end there.
 */
export type Tables = {
  accounts: AccountsTable
  account_words: AccountWordsTable
  passwords: PasswordsTable
  sessions: SessionsTable
  session_marks: SessionMarksTable
  all_sessions_mark: AllSessionsMarkTable
  retired_key_marks: RetiredKeyMarksTable
  signing_keys: SigningKeysTable
  audit_events: AuditEventsTable
  server_state: ServerStateTable
  posts: PostsTable
  deleted_authors: DeletedAuthorsTable
  rate_limits: RateLimitsTable
  known_networks: KnownNetworksTable
  one_time_tokens: OneTimeTokensTable
  pending_activations: PendingActivationsTable
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
  factors: FactorsTable
  factor_holders: FactorHoldersTable
  login_challenges: LoginChallengesTable
  trusted_devices: TrustedDevicesTable
  imported_rows: ImportedRowsTable
}

/** Every table by name, and the list of migrations, which is not part of `Tables`. */
export const tableNames: readonly string[] = Object.keys({
  schema_migrations: true,
  accounts: true,
  account_words: true,
  passwords: true,
  sessions: true,
  session_marks: true,
  all_sessions_mark: true,
  retired_key_marks: true,
  signing_keys: true,
  audit_events: true,
  server_state: true,
  posts: true,
  deleted_authors: true,
  rate_limits: true,
  known_networks: true,
  one_time_tokens: true,
  pending_activations: true,
  mail_requests: true,
  mail_outbox: true,
  known_devices: true,
  groups: true,
  group_permissions: true,
  account_groups: true,
  account_permissions: true,
  webhook_endpoints: true,
  webhook_subscriptions: true,
  webhook_deliveries: true,
  queue_lanes: true,
  hourly_counts: true,
  factors: true,
  factor_holders: true,
  login_challenges: true,
  trusted_devices: true,
  imported_rows: true,
} satisfies Record<keyof Tables | 'schema_migrations', true>)

export type { AccountsTable } from './tables/account-tables.ts'
export type { SessionsTable } from './tables/session-tables.ts'

/** A row of a table as a query returns it. */
export type RowOf<Table> = Selectable<Table>

/** The signing keys: one row per key that signs, has signed or will sign. `keys/signing-key.ts` explains the times. */
export type SigningKeysTable = {
  /** RFC 7638 thumbprint; for an HS256 key, a digest. */
  kid: string
  algorithm: string
  /**
   * Encrypted under a key derived from SECRET_KEY. Null: destroyed when the key was retired, or HS256, where SECRET_KEY
   * itself is the key.
   */
  sealed_private_jwk: string | null
  created_at: number
  /** When it started to sign; until then it is only published. */
  activated_at: number | null
  /** When another key took over signing. */
  superseded_at: number | null
  /** When it stops verifying, because the last of its tokens has expired. Set when it is superseded. */
  retires_at: number | null
  /**
   * While it signs: when somebody asked for the next key to take over as soon as verifiers know it. Null: nobody has
   * asked.
   */
  rotation_asked_at: Generated<number | null>
  retired_at: number | null
}

/** The audit log. Each event is added in the transaction of the change. */
export type AuditEventsTable = {
  id: Generated<number>
  at: number
  event: string
  /** The account it happened to. */
  account_id: number | null
  session_id: string | null
  /** Who acted: `account` (`actor_id` says which), `service:NAME`, `anonymous`, `command_line` or `server`. */
  actor: string
  actor_id: number | null
  /** The client address; empty if there was no request. */
  address: string
  user_agent: string
  /** The event's other facts as a JSON object. */
  facts: string
}

/** Single values about the complete database. */
type ServerStateTable = {
  name: string
  value: string
}

/** The sample resource of the classic contract. A post whose author's account is deleted does not exist for anybody. */
type PostsTable = {
  id: Generated<number>
  author_id: number
  title: string
  content: string
  created_at: number
  updated_at: number
}

/** Deleted accounts whose posts are still being deleted in batches. */
type DeletedAuthorsTable = {
  account_id: number
  deleted_at: number
}

/** Counts for limits that several processes share. The columns are rate-limiter-flexible's own. */
type RateLimitsTable = {
  /** The limit and the key it counts under. */
  key: string
  points: number
  /** When the window ends; never null in Latchkey. */
  expire: number | null
}

/**
 * The networks (an IPv4 address, a /64 of IPv6) from which an account was logged in to or registered, and when last.
 */
type KnownNetworksTable = {
  account_id: number
  network: string
  last_login_at: number
}

/** Secrets sent by email. A row is deleted once its token was used. */
export type OneTimeTokensTable = {
  /** SHA-256 of the token, which is not stored. */
  digest: string
  purpose: string
  /** The account it belongs to; null: the recipient has no account yet. */
  account_id: number | null
  /** The account's version when the token was created. A change of password, address or state voids the token. */
  credentials_version: number | null
  /** A digest of what the link depends on, if that is not the version; null: it depends on the version. */
  account_state: Generated<string | null>
  /** The address it was sent to. */
  email: string
  /** The language of the email; null: nobody has chosen one. */
  locale: Generated<string | null>
  created_at: number
  expires_at: number
}

/** Accounts that are inactive until their owner opens a mailed link. */
type PendingActivationsTable = {
  account_id: number
  since: number
}

/** Requested mail that has not been created yet; one row per request, whether its address is known or not. */
type MailRequestsTable = {
  id: Generated<number>
  purpose: string
  /** The key of the typed address, or the address as typed if it must match exactly; empty: no account can have it. */
  email_key: string
  /** The account it is for; null: all accounts with the address. */
  account_id: number | null
  requested_at: number
}

/** The devices that an account was used on. */
type KnownDevicesTable = {
  account_id: number
  /** Digest of address and user agent. */
  device_key: string
  first_seen_at: number
  last_seen_at: number
}

/** Groups: sets of permissions for their members. */
export type GroupsTable = {
  id: Generated<number>
  name: string
  /** Makes the name unique, regardless of case. */
  name_key: string
  description: string
  created_at: number
  /** Set once it is deleted, until its memberships are deleted in batches. Everything else treats it as gone. */
  deleted_at: Generated<number | null>
}

/** The permissions of the members of a group. */
type GroupPermissionsTable = {
  group_id: number
  permission: string
}

/** The members of groups. */
type AccountGroupsTable = {
  account_id: number
  group_id: number
}

/** The permissions of accounts besides those of their groups. */
type AccountPermissionsTable = {
  account_id: number
  permission: string
}

/** Records of imports from other systems: which object became which one here. */
type ImportedRowsTable = {
  id: Generated<number>
  /** The name of the other system. */
  source: string
  /** `account`, `group` or `post`. */
  kind: string
  /** Its id there. */
  key: string
  /** The id here. No foreign key: what was deleted here must not be imported again. */
  local_id: number
  /** Its state there at the last import, as digests. */
  fingerprint: string
}
