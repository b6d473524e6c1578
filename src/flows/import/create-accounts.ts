import { keepNewIdsAbove } from '../../accounts/account-id-store.ts'
import { insertAccounts } from '../../accounts/account-import-store.ts'
import { recordEventOfEach } from '../../audit/many-events-store.ts'
import { rememberImported } from '../../foreign-systems/imported-row-store.ts'
import { insertPasswordHashes } from '../../passwords/password-import-store.ts'
import { insertMemberships, insertPermissions } from '../../permissions/grant-import-store.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { Decision } from './decide.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { UpdateParts } from './update-account.ts'

type Creation = Extract<Decision, { kind: 'create' }>

/**
 * Stores new accounts with their hashes, groups and permissions, and remembers where they come from. An import may
 * create millions of accounts, so it records only those that are staff or superusers, and itself (`import.finished`).
 *
 * @param parts.groupIds the groups here, by their keys there
 * @returns those that could not be created, because somebody took their name, id or `uid` at the same moment
 */
export async function createAccounts(
  tx: Transaction,
  source: string,
  creations: readonly Creation[],
  { groupIds, origin }: Pick<UpdateParts, 'groupIds' | 'origin'>,
  now: number,
): Promise<Creation[]> {
  if (creations.length === 0) return []
  const ids = await insertAccounts(
    tx,
    creations.map(({ row }) => row),
  )
  const idOf = ({ row }: Creation) => ids.get(row.uid)
  const created = creations.filter((creation) => idOf(creation) !== undefined)
  const rows = created.map((creation) => ({ ...creation, id: idOf(creation) ?? 0 }))
  await insertPasswordHashes(
    tx,
    rows.flatMap(({ id, hash }) => (hash === undefined ? [] : [{ account_id: id, hash }])),
  )
  await insertMemberships(
    tx,
    rows.flatMap(({ id, account }) =>
      account.groups.flatMap((key) => {
        const groupId = groupIds.get(key)
        return groupId === undefined ? [] : [{ account_id: id, group_id: groupId }]
      }),
    ),
  )
  await insertPermissions(
    tx,
    rows.flatMap(({ id, account }) => account.permissions.map((permission) => ({ account_id: id, permission }))),
  )
  const rights = rows.flatMap(({ id: accountId, account: { isStaff, isSuperuser } }) =>
    isStaff || isSuperuser ? [{ accountId, isStaff, isSuperuser, origin }] : [],
  )
  await recordEventOfEach(tx, now, 'account.rights_changed', rights)
  await rememberImported(
    tx,
    { source, kind: 'account' },
    rows.map(({ id, account }) => ({ key: account.key, localId: id, fingerprint: fingerprintOf(account) })),
  )
  // Otherwise the database would generate an id that is already taken.
  const highest = rows.reduce((most, { id }) => Math.max(most, id), 0)
  if (highest > 0) await keepNewIdsAbove(tx, highest)
  return creations.filter((creation) => idOf(creation) === undefined)
}
