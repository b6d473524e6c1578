import { type ForeignTable, quotedName } from '../../storage/foreign/foreign-database.ts'
import type { ForeignWriter, Written, WrittenValue } from '../../storage/foreign/foreign-writer.ts'
import type { ForeignAccount } from '../foreign-system.ts'

/** The table of django-allauth with the addresses of users. allauth uses only this table. */
const EMAIL_ADDRESSES = 'account_emailaddress'

/** Makes an account's address the primary one in the table of django-allauth. */
type EmailAddressWriter = (account: ForeignAccount) => Promise<void>

/** Whether a project has django-allauth. */
export function hasEmailAddresses(tables: readonly ForeignTable[]): boolean {
  const table = tables.find(({ name }) => name === EMAIL_ADDRESSES)
  return ['id', 'user_id', 'email', 'primary', 'verified'].every((name) =>
    table?.columns.some((column) => column.name === name),
  )
}

/**
 * Without this, the next import would restore the address that allauth knows. The previous address stays as another
 * address of the user, as when somebody changes the primary one in allauth.
 *
 * @throws ForeignRefusal if somebody else has the address there
 */
export async function createEmailAddressWriter(writer: ForeignWriter): Promise<EmailAddressWriter> {
  const columns = await writer.columnsOf(EMAIL_ADDRESSES)
  const written = (name: string, value: WrittenValue): Written => {
    const column = columns.find((one) => one.name === name)
    if (column === undefined) throw new Error(`${EMAIL_ADDRESSES} has no column ${name}`)
    return { column, value }
  }
  const text = (name: string) => `cast(${quotedName(name)} as ${writer.kind === 'postgres' ? 'text' : 'char'})`

  async function addressesOf(userKey: string) {
    const { column, value } = written('user_id', userKey)
    const stored = writer.kind === 'sqlite' && column.type === 'char(32)' ? String(value).replaceAll('-', '') : value
    const user = `'${String(stored).replaceAll("'", "''")}'`
    const rows = await writer.rows(
      `select ${text('id')}, email, ${text('primary')} from ${EMAIL_ADDRESSES} where cast(user_id as text) = ${user} order by id`,
    )
    return rows.map(([id, email, primary]) => ({
      id: String(id),
      email: String(email),
      isPrimary: ['1', 'true', 't'].includes(String(primary)),
    }))
  }

  return async ({ key, email, isEmailVerified }) => {
    const addresses = await addressesOf(key)
    let wanted = addresses.find((one) => one.email.toLowerCase() === email.toLowerCase())?.id
    if (wanted === undefined && email !== '') {
      const fields = { user_id: key, email, verified: isEmailVerified, primary: false }
      await writer.insert(
        EMAIL_ADDRESSES,
        Object.entries(fields).map(([name, value]) => written(name, value)),
      )
      wanted = (await addressesOf(key)).find((one) => one.email === email)?.id
    }
    // allauth allows one primary address at a time.
    for (const { id, isPrimary } of addresses) {
      if (isPrimary && id !== wanted)
        await writer.update(EMAIL_ADDRESSES, written('id', id), [written('primary', false)])
    }
    if (wanted === undefined) return
    await writer.update(EMAIL_ADDRESSES, written('id', wanted), [
      written('primary', true),
      written('verified', isEmailVerified),
      written('email', email),
    ])
  }
}
