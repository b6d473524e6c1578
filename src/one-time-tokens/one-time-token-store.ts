import type { Selectable } from 'kysely'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { OneTimeTokensTable } from '../storage/tables.ts'
import { digestOfPresented, type OneTimeToken } from './one-time-token.ts'

const insert = preparedChange(
  (
    db,
    digest: string,
    purpose: string,
    account_id: number | null,
    credentials_version: number | null,
    account_state: string | null,
    email: string,
    locale: string | null,
    created_at: number,
    expires_at: number,
  ) =>
    db.insertInto('one_time_tokens').values({
      digest,
      purpose,
      account_id,
      credentials_version,
      account_state,
      email,
      locale,
      created_at,
      expires_at,
    }),
)

/** Stores a new token by its digest. */
export async function keepOneTimeToken(db: Transaction, token: OneTimeToken): Promise<void> {
  const { digest, purpose, account, state, email, locale, createdAt, expiresAt } = token
  await insert(
    db,
    digest,
    purpose,
    account?.id ?? null,
    account?.credentialsVersion ?? null,
    state ?? null,
    email,
    locale ?? null,
    createdAt,
    expiresAt,
  )
}

const byDigest = prepared((db, digest: string, purpose: string, now: number) =>
  db
    .selectFrom('one_time_tokens')
    .selectAll()
    .where('digest', '=', digest)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now),
)

/**
 * The presented token, if it is valid for this purpose now. It remains stored. The caller must check whether the
 * account has changed since.
 */
export async function findOneTimeToken(
  db: Queryable,
  purpose: string,
  presented: string,
  now: number,
): Promise<OneTimeToken | undefined> {
  const digest = digestOfPresented(presented)
  return digest === undefined ? undefined : tokenOf((await byDigest(db, digest, purpose, now))[0])
}

const byDigestAlone = prepared((db, digest: string, now: number) =>
  db.selectFrom('one_time_tokens').selectAll().where('digest', '=', digest).where('expires_at', '>', now),
)

/** The presented token, whatever its purpose, even if it has been used and is only remembered as used. */
export async function findAnyToken(db: Queryable, presented: string, now: number): Promise<OneTimeToken | undefined> {
  const digest = digestOfPresented(presented)
  return digest === undefined ? undefined : tokenOf((await byDigestAlone(db, digest, now))[0])
}

const take = preparedReturning((db, digest: string, purpose: string, now: number) =>
  db
    .deleteFrom('one_time_tokens')
    .where('digest', '=', digest)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .returningAll(),
)

/** Uses a token. If several try at once, one gets it; the others, and all later callers, get undefined. */
export async function consumeOneTimeToken(
  db: Transaction,
  purpose: string,
  presented: string,
  now: number,
): Promise<OneTimeToken | undefined> {
  const digest = digestOfPresented(presented)
  return digest === undefined ? undefined : tokenOf((await take(db, digest, purpose, now))[0])
}

const markAs = preparedChange((db, digest: string, purpose: string, usedPurpose: string, now: number) =>
  db
    .updateTable('one_time_tokens')
    .set({ purpose: usedPurpose })
    .where('digest', '=', digest)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now),
)

/**
 * Uses a token and remembers that it was used, until it expires. If several try at once, one gets it.
 *
 * @param usedPurpose the purpose under which the used token is found. It ends in `-used`, so that lists leave it out
 */
export async function spendOneTimeToken(
  db: Transaction,
  purpose: string,
  presented: string,
  usedPurpose: string,
  now: number,
): Promise<boolean> {
  const digest = digestOfPresented(presented)
  return digest !== undefined && (await markAs(db, digest, purpose, usedPurpose, now)) === 1
}

const voidOthers = preparedChange((db, purpose: string, email: string) =>
  db
    .deleteFrom('one_time_tokens')
    .where('purpose', '=', purpose)
    .where('account_id', 'is', null)
    // Some people write their address in capitals.
    .where((token) => token(token.fn('lower', ['email']), '=', token.fn('lower', [token.val(email)]))),
)

/** Voids the other tokens without an account that were sent to an address for one purpose, after one of them was used. */
export async function voidOneTimeTokens(db: Transaction, purpose: string, email: string): Promise<void> {
  await voidOthers(db, purpose, email)
}

const byAccount = prepared((db, accountId: number, limit: number) =>
  db
    .selectFrom('one_time_tokens')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('purpose', 'not like', '%-used')
    .orderBy('created_at', 'desc')
    .orderBy('purpose')
    .limit(limit),
)

/** The tokens of an account that were not used, the newest first, at most `limit` of them. */
export async function listOneTimeTokens(db: Queryable, accountId: number, limit: number): Promise<OneTimeToken[]> {
  return (await byAccount(db, accountId, limit)).map(toToken)
}

/**
 * Deletes tokens that expired before `before`, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneOneTimeTokens(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('one_time_tokens')
    .where('digest', 'in', (tokens) =>
      tokens
        .selectFrom('one_time_tokens')
        .select('digest')
        .where('expires_at', '<', before)
        .orderBy('expires_at')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function tokenOf(row: Selectable<OneTimeTokensTable> | undefined): OneTimeToken | undefined {
  return row && toToken(row)
}

function toToken(row: Selectable<OneTimeTokensTable>): OneTimeToken {
  return {
    digest: row.digest,
    purpose: row.purpose,
    account:
      row.account_id === null ? undefined : { id: row.account_id, credentialsVersion: row.credentials_version ?? 0 },
    ...(row.account_state !== null && { state: row.account_state }),
    email: row.email,
    locale: row.locale ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
