import type { Selectable } from 'kysely'
import { sha256 } from '../platform/digest.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { LoginChallengesTable } from '../storage/tables/factor-tables.ts'
import { type ChallengePurpose, type LoginChallenge, MOST_ATTEMPTS } from './login-challenge.ts'

/** The form of every token: 43 characters of base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/

const insert = preparedChange(
  (
    db,
    digest: string,
    purpose: string,
    account_id: number | null,
    credentials_version: number | null,
    email_key: string | null,
    amr: string,
    created_at: number,
    expires_at: number,
  ) =>
    db.insertInto('login_challenges').values({
      digest,
      purpose,
      account_id,
      credentials_version,
      email_key,
      amr,
      attempts: 0,
      state: '',
      created_at,
      expires_at,
    }),
)

/** Stores a new challenge. */
export async function keepChallenge(db: Transaction, challenge: LoginChallenge): Promise<void> {
  const { digest, purpose, account, emailKey, amr, createdAt, expiresAt } = challenge
  await insert(
    db,
    digest,
    purpose,
    account?.id ?? null,
    account?.credentialsVersion ?? null,
    emailKey ?? null,
    amr.join(' '),
    createdAt,
    expiresAt,
  )
}

const byDigest = prepared((db, digest: string, purpose: string, now: number) =>
  db
    .selectFrom('login_challenges')
    .selectAll()
    .where('digest', '=', digest)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .where('attempts', '<', MOST_ATTEMPTS),
)

/** The challenge of a presented token, if it is still open. */
export async function findChallenge(
  db: Queryable,
  purpose: ChallengePurpose,
  presented: string,
  now: number,
): Promise<LoginChallenge | undefined> {
  if (!TOKEN.test(presented)) return undefined
  return challengeOf((await byDigest(db, sha256(presented), purpose, now))[0])
}

const attempt = preparedReturning((db, digest: string, now: number) =>
  db
    .updateTable('login_challenges')
    .set((row) => ({ attempts: row('attempts', '+', 1) }))
    .where('digest', '=', digest)
    .where('expires_at', '>', now)
    .where('attempts', '<', MOST_ATTEMPTS)
    .returningAll(),
)

/**
 * Counts an attempt before it is checked, so that parallel ones cannot slip past.
 *
 * @returns the challenge; undefined if it is used up, expired or already spent
 */
export async function countAttempt(db: Transaction, digest: string, now: number): Promise<LoginChallenge | undefined> {
  return challengeOf((await attempt(db, digest, now))[0])
}

const setState = preparedChange((db, digest: string, state: string) =>
  db.updateTable('login_challenges').set({ state }).where('digest', '=', digest),
)

/** Stores what a factor must remember until it is proven. False if the challenge no longer exists. */
export async function keepChallengeState(db: Transaction, digest: string, state: string): Promise<boolean> {
  return (await setState(db, digest, state)) === 1
}

const remove = preparedChange((db, digest: string) => db.deleteFrom('login_challenges').where('digest', '=', digest))

/** Spends a challenge. However many callers try, only one gets true. */
export async function spendChallenge(db: Transaction, digest: string): Promise<boolean> {
  return (await remove(db, digest)) === 1
}

const spend = preparedChange((db, digest: string, created_at: number, expires_at: number) =>
  db
    .insertInto('login_challenges')
    .values({
      digest,
      purpose: 'spent',
      account_id: null,
      credentials_version: null,
      email_key: null,
      amr: '',
      attempts: MOST_ATTEMPTS,
      state: '',
      created_at,
      expires_at,
    })
    .onConflict((conflict) => conflict.column('digest').doNothing()),
)

/** Spends a challenge that was issued without being stored. However many callers try, only one gets true. */
export async function spendUnstoredChallenge(
  db: Transaction,
  digest: string,
  now: number,
  expiresAt: number,
): Promise<boolean> {
  return (await spend(db, digest, now, expiresAt)) === 1
}

/** Deletes challenges that expired before `before`, at most `limit` of them. @returns how many */
export async function pruneChallenges(db: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('login_challenges')
    .where('digest', 'in', (challenges) =>
      challenges
        .selectFrom('login_challenges')
        .select('digest')
        .where('expires_at', '<', before)
        .orderBy('expires_at')
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function challengeOf(row: Selectable<LoginChallengesTable> | undefined): LoginChallenge | undefined {
  if (row === undefined) return undefined
  return {
    digest: row.digest,
    purpose: row.purpose as ChallengePurpose,
    account:
      row.account_id === null ? undefined : { id: row.account_id, credentialsVersion: row.credentials_version ?? 0 },
    emailKey: row.email_key ?? undefined,
    amr: row.amr === '' ? [] : row.amr.split(' '),
    attempts: row.attempts,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/** The digest of the oldest login by email for this address that is waiting for its code; undefined: there is none. */
export async function findWaitingForCode(db: Queryable, emailKey: string, now: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('login_challenges')
    .select('digest')
    .where('purpose', '=', 'mail_login')
    .where('email_key', '=', emailKey)
    .where('account_id', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return row?.digest
}

/** Assigns a challenge to an account, and stores its code. False if somebody else has done so. */
export async function assignChallenge(
  db: Transaction,
  digest: string,
  account: { id: number; credentialsVersion: number },
  state: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('login_challenges')
    .set({ account_id: account.id, credentials_version: account.credentialsVersion, state })
    .where('digest', '=', digest)
    .where('account_id', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
