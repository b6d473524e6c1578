import { sql } from 'kysely'
import type { Account } from '../../accounts/account.ts'
import { confirmLogin } from '../../accounts/account-store.ts'
import { type AuditEntry, eventValues, noteRecorded, recordEvent } from '../../audit/audit-store.ts'
import { rememberNetwork } from '../../rate-limits/known-network-store.ts'
import { startBehindMark } from '../../sessions/all-sessions-store.ts'
import { type DeviceNovelty, deviceKey, noteDevice } from '../../sessions/device-store.ts'
import type { Session } from '../../sessions/session.ts'
import { startSession } from '../../sessions/session-store.ts'
import { isPostgres, prepared, type Transaction } from '../../storage/prepared.ts'

/** A login with the right password. */
type ProvenLogin = {
  /** The account when the password was checked. */
  account: Account
  session: Session
  network: string
  /** Undefined: devices are not noted. */
  device: { network: string; userAgent: string } | undefined
  /** Stored as the account's last login, unless undefined. */
  lastLoginAt: number | undefined
  event: AuditEntry<'login.succeeded'>
  /** Finds a session that the login continues instead of starting its own. Default: none. */
  findContinued?(tx: Transaction): Promise<Session | undefined>
}

type BegunLogin = {
  /** The session of the login: its own, or the one that it continues. */
  session: Session
  /** Undefined: devices are not noted. */
  device: DeviceNovelty | undefined
}

/**
 * Starts the session of a login, if what it proved still holds (`confirmLogin`), and stores everything else that a
 * login records. On PostgreSQL this is one statement, because a round trip takes longer than all of it.
 *
 * @returns undefined if the account's password or state has changed in between; then nothing is stored
 */
export function beginLogin(tx: Transaction, login: ProvenLogin, now: number): Promise<BegunLogin | undefined> {
  const isPlain = login.session.key === undefined && login.findContinued === undefined
  return isPostgres(tx) && isPlain ? beginInOneStatement(tx, login, now) : beginStepByStep(tx, login, now)
}

async function beginStepByStep(tx: Transaction, login: ProvenLogin, now: number): Promise<BegunLogin | undefined> {
  const { account, session, network, device, lastLoginAt, event } = login
  if (!(await confirmLogin(tx, account, lastLoginAt))) return undefined
  const continued = await login.findContinued?.(tx)
  if (continued === undefined) await startSession(tx, session)
  await rememberNetwork(tx, account.id, network, now)
  const novelty = device && (await noteDevice(tx, account.id, device, now))
  const begun = continued ?? session
  await recordEvent(tx, now, 'login.succeeded', { ...event, sessionId: begun.id })
  return { session: begun, device: novelty }
}

async function beginInOneStatement(tx: Transaction, login: ProvenLogin, now: number): Promise<BegunLogin | undefined> {
  const { account, session, network, device, lastLoginAt, event } = login
  const [begun] = await begin(
    tx,
    account.id,
    account.credentialsVersion,
    lastLoginAt ?? null,
    now,
    network,
    device === undefined ? null : deviceKey(device),
    session.id,
    session.createdAt,
    session.expiresAt ?? null,
    session.refreshSeed,
    session.refreshedAt,
    session.refreshExpiresAt,
    session.refreshKid ?? null,
    session.address,
    session.userAgent,
    session.amr.join(' '),
    ...eventValues(now, 'login.succeeded', event),
  )
  if (begun === undefined) return undefined
  noteRecorded(tx, { id: begun.event_id, isAwaited: begun.is_awaited }, now, 'login.succeeded', event)
  if (device === undefined) return { session, device: undefined }
  if (begun.first_seen_at !== now) return { session, device: 'known' }
  return { session, device: begun.has_other_device ? 'new' : 'first' }
}

type BegunRow = { event_id: number; is_awaited: boolean; first_seen_at: number | null; has_other_device: boolean }

// `confirmed` has a row if the account is unchanged; everything else depends on that row.
const begin = prepared(
  (
    db,
    accountId: number,
    version: number,
    lastLoginAt: number | null,
    now: number,
    network: string,
    device: string | null,
    sessionId: string,
    createdAt: number,
    expiresAt: number | null,
    refreshSeed: string,
    refreshedAt: number,
    refreshExpiresAt: number,
    refreshKid: string | null,
    address: string,
    userAgent: string,
    amr: string,
    at: number,
    event: string,
    eventAccountId: number | null,
    eventSessionId: string | null,
    actor: string,
    actorId: number | null,
    eventAddress: string,
    eventUserAgent: string,
    facts: string,
  ) => ({
    compile: () =>
      sql<BegunRow>`
        with confirmed as (
          update accounts set last_login_at = coalesce(${bigint(lastLoginAt)}, last_login_at)
          where id = ${accountId} and credentials_version = ${version} and deactivated_at is null
          returning id
        ), begun as (
          insert into sessions (id, account_id, created_at, expires_at, refresh_seed, refresh_generation, refreshed_at,
            refresh_expires_at, prune_check_at, refresh_kid, address, user_agent, amr)
          select ${text(sessionId)}, id, ${startBehindMark(createdAt)}, ${bigint(expiresAt)}, ${text(refreshSeed)}, 0,
            ${bigint(refreshedAt)}, ${bigint(refreshExpiresAt)}, ${bigint(refreshExpiresAt)}, ${text(refreshKid)},
            ${text(address)}, ${text(userAgent)}, ${text(amr)}
          from confirmed
        ), network as (
          insert into known_networks (account_id, network, last_login_at)
          select id, ${text(network)}, ${bigint(now)} from confirmed
          on conflict (account_id, network) do update set last_login_at = excluded.last_login_at
        ), device as (
          insert into known_devices (account_id, device_key, first_seen_at, last_seen_at)
          select id, ${text(device)}, ${bigint(now)}, ${bigint(now)} from confirmed where ${text(device)} is not null
          on conflict (account_id, device_key) do update set last_seen_at = excluded.last_seen_at
          returning first_seen_at
        ), recorded as (
          insert into audit_events (at, event, account_id, session_id, actor, actor_id, address, user_agent, facts)
          select ${bigint(at)}, ${text(event)}, ${bigint(eventAccountId)}, ${text(eventSessionId)}, ${text(actor)},
            ${bigint(actorId)}, ${text(eventAddress)}, ${text(eventUserAgent)}, ${text(facts)}
          from confirmed
          returning id
        )
        select recorded.id as event_id, device.first_seen_at,
          exists (select 1 from webhook_subscriptions where event = ${text(event)}) as is_awaited,
          exists (
            select 1 from known_devices where account_id = ${accountId} and device_key <> ${text(device)}
          ) as has_other_device
        from confirmed cross join recorded left join device on true`.compile(db),
  }),
)

/** PostgreSQL cannot infer the type of a bare parameter in a `select`. */
function bigint(value: number | null) {
  return sql`cast(${value} as bigint)`
}

function text(value: string | null) {
  return sql`cast(${value} as text)`
}
