import type { Account } from '../../../accounts/account.ts'
import { findPasswordChange } from '../../../passwords/password-store.ts'
import { sha256 } from '../../../platform/digest.ts'
import type { Queryable } from '../../../storage/prepared.ts'

/**
 * What a link to a front end depends on, as one digest: password, address and last login. If one of them changes, the
 * link is void. The activation and deactivation of the account do not matter.
 */
export async function linkState(db: Queryable, account: Account): Promise<string> {
  const passwordChangedAt = await findPasswordChange(db, account.id)
  return sha256(JSON.stringify([account.email, account.lastLoginAt ?? null, passwordChangedAt ?? null]))
}
