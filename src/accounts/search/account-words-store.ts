import { type Selectable, sql } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../../storage/prepared.ts'
import type { AccountsTable } from '../../storage/tables.ts'
import { type SearchedFields, searchTextOf, wordsOf } from './account-words.ts'

type Row = Pick<
  Selectable<AccountsTable>,
  'id' | 'uid' | 'username' | 'email' | 'first_name' | 'last_name' | 'phone_number' | 'phone_key'
>

const fieldsById = prepared((db, id: number) => db.selectFrom('accounts').selectAll().where('id', '=', id))
const storeText = preparedChange((db, id: number, text: string) =>
  db.updateTable('accounts').set({ search_text: text }).where('id', '=', id),
)
const forgetWords = preparedChange((db, id: number) => db.deleteFrom('account_words').where('account_id', '=', id))

/**
 * Makes the current fields of an account searchable. Call it in the transaction that creates the account or changes one
 * of them.
 */
export async function indexAccount(tx: Transaction, id: number): Promise<void> {
  const [row] = await fieldsById(tx, id)
  if (row === undefined) return
  const fields = toFields(row)
  await storeText(tx, id, searchTextOf(fields))
  await forgetWords(tx, id)
  await storeWords(tx, [fields])
}

/**
 * Makes accounts searchable that an older version or an import wrote, at most `limit` of them, lowest id first. A
 * change at the same moment wins.
 *
 * @returns how many there were; fewer than `limit` if none are left
 */
export async function indexPending(tx: Transaction, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('accounts')
    .selectAll()
    .where('search_text', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  if (rows.length === 0) return 0
  const fields = rows.map(toFields)
  const given = fields.map((one) => sql`(cast(${one.id} as bigint), cast(${searchTextOf(one)} as text))`)
  const { rows: indexed } = await sql<{ id: number }>`
    update accounts set search_text = given.column2 from (values ${sql.join(given)}) as given
    where accounts.id = given.column1 and search_text is null returning accounts.id`.execute(tx)
  const ids = new Set(indexed.map(({ id }) => id))
  await storeWords(
    tx,
    fields.filter(({ id }) => ids.has(id)),
  )
  return rows.length
}

/** How many rows of words one statement stores: each has two values, and a statement has room for 32,766. */
const WORDS_AT_ONCE = 5_000

/** Stores the words of accounts that have none yet. */
export async function storeWords(tx: Transaction, accounts: readonly SearchedFields[]): Promise<void> {
  const rows = accounts.flatMap((one) => wordsOf(one).map((word) => ({ word, account_id: one.id })))
  for (let start = 0; start < rows.length; start += WORDS_AT_ONCE) {
    const values = rows.slice(start, start + WORDS_AT_ONCE)
    await tx
      .insertInto('account_words')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Greater than every character that follows a prefix. */
const END = '\u{10ffff}'

const beginning = prepared((db, from: string, to: string, limit: number) =>
  db
    .selectFrom('account_words')
    .select('account_id')
    .distinct()
    .where('word', '>=', from)
    .where('word', '<', to)
    .limit(limit),
)

/** The ids of accounts that have a word with this beginning, from the index alone; at most `limit` of them. */
export async function findIdsByBeginning(db: Queryable, folded: string, limit: number): Promise<number[]> {
  return (await beginning(db, folded, folded + END, limit)).map((row) => row.account_id)
}

/** The bounds of the words with this beginning: from the first, to before the second. */
export function boundsOf(folded: string): [string, string] {
  return [folded, folded + END]
}

function toFields(row: Row): SearchedFields {
  return {
    id: row.id,
    uid: row.uid,
    username: row.username,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    phoneNumber: row.phone_number,
    phoneKey: row.phone_key ?? '',
  }
}
