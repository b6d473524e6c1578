import type { Account } from '../../accounts/account.ts'
import type { FactorOwner } from '../../mfa/factor.ts'
import { userHandleOf } from '../../mfa/factor-owner-store.ts'
import { type Random, randomSecret } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'

/** The account as its factors see it. Creates its random user handle once. */
export async function factorOwnerOf(database: Database, random: Random, account: Account): Promise<FactorOwner> {
  const { id, username, email, firstName, lastName } = account
  const fresh = randomSecret(random)
  return {
    id,
    username,
    email,
    isEmailVerified: account.emailVerifiedAt !== undefined,
    displayName: `${firstName} ${lastName}`.trim() || username,
    userHandle: await database.inTransaction((tx) => userHandleOf(tx, id, fresh)),
  }
}
