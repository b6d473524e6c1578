import type { Account } from '../../accounts/account.ts'
import { findPasswordHash } from '../../passwords/password-store.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { AccountRights, Rights } from '../rights/account-rights.ts'
import { getAccount } from './get-account.ts'

/** An account as administrators see it. */
export type AccountDetails = {
  account: Account
  rights: AccountRights
  /** False: nobody can log in with a password until one is set. */
  hasPassword: boolean
}

/** @throws AuthError `not_found` */
export async function readDetails(db: Queryable, rights: Pick<Rights, 'of'>, id: number): Promise<AccountDetails> {
  const account = await getAccount(db, id, 'not_found')
  return {
    account,
    rights: await rights.of(account, db),
    hasPassword: (await findPasswordHash(db, id)) !== undefined,
  }
}
