import { findBelongings } from '../../accounts/account-export-store.ts'
import type { DjangoTarget } from '../../foreign-systems/django/django-target.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import { listImported, rememberImported } from '../../foreign-systems/imported-row-store.ts'
import type { Group } from '../../permissions/group.ts'
import { listGroups } from '../../permissions/group-store.ts'
import type { Database } from '../../storage/database.ts'
import { groupFingerprint } from '../import/import-groups.ts'

/**
 * The rights of an account in the other system's terms: the keys of its groups there, and permissions that it knows.
 */
export type SyncedRights = Pick<ForeignAccount, 'groups' | 'permissions'>

/** Translates the rights of accounts. Groups that do not exist there are created when somebody is in them. */
export type SyncedGroups = {
  /** Reads the rights of some accounts. @returns undefined if the other system has no groups */
  read(ids: readonly number[]): Promise<RightsOf | undefined>
}

/** @param there the user as it is; undefined: there is none yet @throws ForeignRefusal */
type RightsOf = (id: number, there: SyncedRights | undefined) => Promise<SyncedRights>

/** More groups than any project has. */
const LIMIT = 100_000

/** @param isDryRun creates no group: one that would be created has its name as its key */
export async function createSyncedGroups(
  database: Database,
  { rights }: Pick<DjangoTarget, 'rights'>,
  { source, isDryRun }: { source: string; isDryRun: boolean },
): Promise<SyncedGroups> {
  if (rights === undefined) return { read: async () => undefined }
  const target = rights
  const own = new Map(
    (await listGroups(database.read, { afterId: 0, limit: LIMIT })).map((group) => [group.name, group]),
  )
  const keys = new Map<number, string[]>()
  for (const { key, localId } of await listImported(database.read, { source, kind: 'group' }, '', LIMIT)) {
    if (target.groups.some((group) => group.key === key)) keys.set(localId, [...(keys.get(localId) ?? []), key])
  }

  /** The key of a group there. If several were merged into one here, members of one of them stay there. */
  async function keysOf(group: Group, held: readonly string[]): Promise<string[]> {
    const known = keys.get(group.id) ?? []
    const kept = known.filter((key) => held.includes(key))
    if (kept.length > 0) return kept
    const [first] = known
    if (first !== undefined) return [first]
    const namesake = target.groups.find(({ name }) => name === group.name)
    if (namesake === undefined && isDryRun) return [group.name]
    const there = namesake ?? (await target.addGroup(group.name, group.permissions))
    keys.set(group.id, [there.key])
    if (!isDryRun) {
      const row = { key: there.key, localId: group.id, fingerprint: groupFingerprint(there) }
      await database.inTransaction((tx) => rememberImported(tx, { source, kind: 'group' }, [row]))
    }
    return [there.key]
  }

  return {
    async read(ids) {
      const belongings = await findBelongings(database.read, ids)
      return async (id, there) => {
        const { groups = [], permissions = [] } = belongings.get(id) ?? {}
        const wanted: string[] = []
        for (const name of groups) {
          const group = own.get(name)
          if (group !== undefined) wanted.push(...(await keysOf(group, there?.groups ?? [])))
        }
        return { groups: wanted.sort(), permissions: permissions.filter(target.hasPermission).sort() }
      }
    },
  }
}
