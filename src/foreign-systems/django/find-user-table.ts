import type { ForeignTable } from '../../storage/foreign/foreign-database.ts'
import { ForeignSystemError } from '../foreign-system.ts'

/**
 * The columns of a table of users: one from each list. Django requires only `password` and `last_login` of its own
 * models.
 */
const PASSWORD = ['password', 'hashed_password', 'password_hash']
const STATE = ['last_login', 'is_active', 'is_superuser']
const NAME = ['username', 'email', 'email_address', 'phone_number', 'phone', 'mobile', 'mobile_number']

/** Tables that refer to users and are never the users themselves. */
const POINTERS =
  /^(django_admin_log|authtoken_token|token_blacklist_outstandingtoken|account_emailaddress|socialaccount_)/

const has = (table: ForeignTable, names: readonly string[]) => table.columns.some(({ name }) => names.includes(name))

/** Whether a table can be the table of users, judged by its columns. */
function isUserTable(table: ForeignTable): boolean {
  return table.key !== undefined && has(table, PASSWORD) && has(table, STATE) && has(table, NAME)
}

/** Whether a schema has a table of users. */
export function hasUserTable(tables: readonly ForeignTable[]): boolean {
  return tables.some((table) => isUserTable(table) || (has(table, PASSWORD) && isReferredTo(table, tables)))
}

/**
 * Finds the table of the user model, whatever its name: the foreign keys of Django's own tables point to the table that
 * AUTH_USER_MODEL names. Without such tables, the columns decide.
 *
 * @throws ForeignSystemError if no table fits, or if several do
 */
export function findUserTable(tables: readonly ForeignTable[]): ForeignTable {
  // Whatever its columns are called, it is the table that Django's own tables refer to.
  const [referred, another] = tables.filter(
    (table) => table.key !== undefined && has(table, PASSWORD) && isReferredTo(table, tables),
  )
  if (referred !== undefined && another === undefined) return referred
  const candidates = tables.filter(isUserTable)
  const [only, second] = candidates
  if (only === undefined) {
    throw new ForeignSystemError(
      'No table looks like a table of users: none has a password, a state such as is_active, and a username, an email ' +
        'address or a phone number. Name the table in a mapping file: see --mapping-template.',
    )
  }
  if (second === undefined) return only
  throw new ForeignSystemError(
    `Several tables look like a table of users: ${candidates.map(({ name }) => name).join(', ')}. ` +
      'Name the right one in a mapping file: {"table": "…"}.',
  )
}

function isReferredTo({ name }: ForeignTable, tables: readonly ForeignTable[]): boolean {
  return tables.some((table) => POINTERS.test(table.name) && table.references.some((one) => one.table === name))
}
