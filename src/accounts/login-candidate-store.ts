import { prepared, type Queryable } from '../storage/prepared.ts'
import type { Account } from './account.ts'
import { type AccountRow, toAccount } from './account-row.ts'
import { type UsernameRule, usernameKey } from './username.ts'

/** An account that a login name may refer to, with everything that a login needs. */
export type LoginCandidate = {
  account: Account
  /** Undefined: the account has no password. */
  passwordHash: string | undefined
  /** When somebody last logged in to the account from the network of the request; undefined: never, or long ago. */
  lastLoginFromHereAt: number | undefined
}

type CandidateRow = AccountRow & { password_hash: string | null; last_login_from_here_at: number | null }

const byUsername = prepared((db, key: string, network: string) =>
  candidates(db, network).where('accounts.username_key', '=', key),
)

const byEmail = prepared((db, key: string, network: string) =>
  candidates(db, network)
    .where('accounts.email_key', '=', key)
    .orderBy((row) => row.case().when('accounts.email_verified_at', 'is', null).then(1).else(0).end())
    .orderBy('accounts.id')
    .limit(2),
)

/** The account of that name, active or not. One statement. */
export async function findCandidateByUsername(
  db: Queryable,
  username: string,
  rule: UsernameRule,
  network: string,
): Promise<LoginCandidate | undefined> {
  // No database can store such a name.
  if (username.includes('\0') || !username.isWellFormed()) return undefined
  const [row] = await byUsername(db, usernameKey(username, rule), network)
  return row && toCandidate(row)
}

/**
 * The first two accounts with an address of this key, active or not. Those whose owner has confirmed it come first. One
 * statement.
 */
export async function listCandidatesByEmail(db: Queryable, key: string, network: string): Promise<LoginCandidate[]> {
  return key === '' ? [] : (await byEmail(db, key, network)).map(toCandidate)
}

function candidates(db: Queryable, network: string) {
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
}

function toCandidate(row: CandidateRow): LoginCandidate {
  return {
    account: toAccount(row),
    passwordHash: row.password_hash ?? undefined,
    lastLoginFromHereAt: row.last_login_from_here_at ?? undefined,
  }
}
