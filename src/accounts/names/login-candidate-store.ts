import { sql } from 'kysely'
import type { FactorType } from '../../mfa/factor.ts'
import { prepared, type Queryable } from '../../storage/prepared.ts'
import type { Account } from '../account.ts'
import { type AccountRow, toAccount } from '../account-row.ts'
import { type UsernameRule, usernameKey } from './username.ts'

/** An account that a login name may refer to, with everything that a login needs. */
export type LoginCandidate = {
  account: Account
  /** Undefined: the account has no password. */
  passwordHash: string | undefined
  /** When somebody last logged in to the account from the network of the request; undefined: never, or long ago. */
  lastLoginFromHereAt: number | undefined
  /** Whether it has as many sessions as an account may have, or more. */
  hasMostSessions: boolean
  /** Its confirmed factors. */
  factors: readonly FactorType[]
}

/** The facts that a look-up needs besides the name. */
type CandidateLookup = {
  /** Of the request. */
  network: string
  /** MAXIMUM_SESSIONS_PER_ACCOUNT; undefined: no limit. */
  mostSessions: number | undefined
}

/** More sessions than any account has. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER

type CandidateRow = AccountRow & {
  password_hash: string | null
  last_login_from_here_at: number | null
  excess_at: number | null
  factor_types: string | null
}

const byUsername = prepared((db, key: string, network: string, most: number) =>
  candidates(db, network, most).where('accounts.username_key', '=', key),
)

const byEmail = prepared((db, key: string, network: string, most: number) =>
  candidates(db, network, most)
    .where('accounts.email_key', '=', key)
    .orderBy((row) => row.case().when('accounts.email_verified_at', 'is', null).then(1).else(0).end())
    .orderBy('accounts.email_verified_at')
    .orderBy('accounts.id')
    .limit(1),
)

const byPhone = prepared((db, key: string, network: string, most: number) =>
  candidates(db, network, most).where('accounts.phone_key', '=', key).orderBy('accounts.id').limit(1),
)

/** The account of that name, active or not. One statement. */
export async function findCandidateByUsername(
  db: Queryable,
  username: string,
  rule: UsernameRule,
  lookup: CandidateLookup,
): Promise<LoginCandidate | undefined> {
  // No database can store such a name.
  if (username.includes('\0') || !username.isWellFormed()) return undefined
  const [row] = await byUsername(db, usernameKey(username, rule), lookup.network, lookup.mostSessions ?? NO_LIMIT)
  return row && toCandidate(row)
}

/**
 * Finds the account that an address of this key belongs to, active or not: the one that confirmed it first, otherwise
 * the oldest one that claims it. So a later claim changes nothing. One statement.
 */
export async function findCandidateByEmail(
  db: Queryable,
  key: string,
  { network, mostSessions = NO_LIMIT }: CandidateLookup,
): Promise<LoginCandidate | undefined> {
  const [row] = key === '' ? [] : await byEmail(db, key, network, mostSessions)
  return row && toCandidate(row)
}

/**
 * The account with a phone number of this key, active or not. If several have it (from an import, or from a time when
 * nobody logged in with it), the oldest one. One statement.
 */
export async function findCandidateByPhone(
  db: Queryable,
  key: string,
  { network, mostSessions = NO_LIMIT }: CandidateLookup,
): Promise<LoginCandidate | undefined> {
  const [row] = key === '' ? [] : await byPhone(db, key, network, mostSessions)
  return row && toCandidate(row)
}

function candidates(db: Queryable, network: string, most: number) {
  return db
    .selectFrom('accounts')
    .leftJoin('passwords', 'passwords.account_id', 'accounts.id')
    .leftJoin('known_networks', (join) =>
      join
        .onRef('known_networks.account_id', '=', 'accounts.id')
        .on((on) => on('known_networks.network', '=', network)),
    )
    .selectAll('accounts')
    .select(['passwords.hash as password_hash', 'known_networks.last_login_at as last_login_from_here_at'])
    .select(
      sql<number | null>`(select created_at from sessions where account_id = accounts.id and ended_at is null
        order by created_at desc limit 1 offset ${most})`.as('excess_at'),
    )
    .select(
      sql<string | null>`(select string_agg(type, ' ') from factors where account_id = accounts.id
        and confirmed_at is not null)`.as('factor_types'),
    )
}

function toCandidate(row: CandidateRow): LoginCandidate {
  return {
    account: toAccount(row),
    passwordHash: row.password_hash ?? undefined,
    lastLoginFromHereAt: row.last_login_from_here_at ?? undefined,
    hasMostSessions: row.excess_at !== null,
    factors: (row.factor_types?.split(' ') ?? []) as FactorType[],
  }
}
