import type { KnownPermission } from '../../permissions/permission.ts'
import type { RightsClaimNames } from '../../tokens/rights-claims.ts'
import { type AccountAdministration, createAccountAdministration } from '../accounts/account-administration.ts'
import type { AccountAdministrationParts } from '../accounts/account-administration-parts.ts'
import { createOutboxAdministration, type OutboxAdministration } from '../mail/manage-outbox.ts'
import { createReadTokenRights, createRights, type ReadTokenRights, type Rights } from './account-rights.ts'
import { createGroupAdministration, type GroupAdministration } from './groups.ts'
import { createReach, type Reach } from './reach.ts'

type AdministrationParts = Omit<AccountAdministrationParts, 'rights'> & {
  /** GROUPS_CLAIM and PERMISSIONS_CLAIM. */
  claimNames: RightsClaimNames
  /** Permissions that are known besides Latchkey's own and those that were granted. */
  otherPermissions: readonly KnownPermission[]
}

/** Who may do what, and what administrators do about it. */
type AdministrationFlows = {
  rights: Rights
  readTokenRights: ReadTokenRights
  accountAdministration: AccountAdministration
  groupAdministration: GroupAdministration
  outboxAdministration: OutboxAdministration
  reach: Reach
}

export function createAdministration({
  claimNames,
  otherPermissions,
  ...parts
}: AdministrationParts): AdministrationFlows {
  const rights = createRights({ database: parts.database, others: otherPermissions })
  return {
    rights,
    readTokenRights: createReadTokenRights(rights, claimNames),
    accountAdministration: createAccountAdministration({ ...parts, rights }),
    groupAdministration: createGroupAdministration(parts),
    outboxAdministration: createOutboxAdministration(parts),
    reach: createReach(parts),
  }
}
