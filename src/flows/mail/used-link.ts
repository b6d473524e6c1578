import { type Account, isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { OneTimeToken } from '../../one-time-tokens/one-time-token.ts'
import { consumeOneTimeToken, findOneTimeToken, keepOneTimeToken } from '../../one-time-tokens/one-time-token-store.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import { findPasswordHash } from '../../passwords/password-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { boundTo } from './emailed-token.ts'

/**
 * Remembers, until a link would have expired, that it was used, in the transaction of its use. People send a form
 * twice: they press the button again, go back, or their browser repeats a request whose response was lost. Then
 * everything they asked for is already done.
 *
 * @param account as the use has left it
 */
export async function rememberUse(tx: Transaction, token: OneTimeToken, account: Account): Promise<void> {
  await keepOneTimeToken(tx, { ...token, purpose: usedPurpose(token.purpose), account: boundTo(account) })
}

/** The content of a form that sets a password. */
type SentForm = {
  purpose: string
  token: string
  password: string
  /** Whether the form was for this account, apart from the password. Default: it was. */
  isFor?(account: Account): boolean
}

/**
 * Does what a form asks for, unless exactly the same form was sent before, even at the same moment: then it succeeds
 * like the first one.
 *
 * @throws what `work` throws, if the form was not sent before
 */
export async function unlessRepeated(
  parts: RepeatParts,
  form: SentForm,
  now: number,
  work: () => Promise<Account>,
): Promise<Account> {
  try {
    return await work()
  } catch (error) {
    // The link is used, or the name is taken by the account that the first form created.
    const mayBeRepeated =
      error instanceof AuthError && ['one_time_token_not_valid', 'invalid_fields'].includes(error.code)
    const account = mayBeRepeated ? await findRepeated(parts, form, now) : undefined
    if (account === undefined) throw error
    return account
  }
}

type RepeatParts = { database: Database; passwords: Pick<PasswordCheck, 'check'> }

/**
 * The account for which exactly this form was sent before, if nothing has changed since. A form with other content
 * makes Latchkey forget that the link was used, so that a used link allows one guess of the password at most.
 *
 * @returns undefined if this form was not sent before
 */
async function findRepeated(
  { database, passwords }: RepeatParts,
  { purpose, token, password, isFor = () => true }: SentForm,
  now: number,
): Promise<Account | undefined> {
  const used = await findOneTimeToken(database.read, usedPurpose(purpose), token, now)
  const account = used?.account && (await findAccount(database.read, used.account.id))
  if (used === undefined || account === undefined || !isActive(account)) return undefined
  if (account.credentialsVersion !== used.account?.credentialsVersion) return undefined
  const isSame =
    isFor(account) && (await passwords.check(password, await findPasswordHash(database.read, account.id))).matches
  if (isSame) return account
  await database.inTransaction((tx) => consumeOneTimeToken(tx, usedPurpose(purpose), token, now))
  return undefined
}

function usedPurpose(purpose: string): string {
  return `${purpose}-used`
}
