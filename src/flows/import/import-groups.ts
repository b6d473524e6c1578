import { awaitTurn } from '../../accounts/administrator-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { ForeignGroup } from '../../foreign-systems/foreign-system.ts'
import {
  findImported,
  forgetImported,
  type ImportedRow,
  listImported,
  rememberImported,
} from '../../foreign-systems/imported-row-store.ts'
import { GROUP_NAME_LIMIT, type Group, groupNameKey, normalizeGroupName } from '../../permissions/group.ts'
import { findGroups, listGroups } from '../../permissions/group-store.ts'
import type { Queryable, Transaction } from '../../storage/prepared.ts'
import { changeGroupAndRecord, createGroupAndRecord, deleteGroupAndRecord } from '../rights/write-group.ts'
import { type Choices, type Conflict, choiceFor } from './choices.ts'

/** A group of the other system, and the decision about it. */
type GroupPlan = {
  group: ForeignGroup
  /** The name it gets here. */
  name: string
  /**
   * The existing group here, or the one that it is merged into; undefined: it is created; null: it was deleted here and
   * stays deleted.
   */
  localId: number | undefined | null
  /** Whether its permissions have changed there since the last import, or it is new. */
  isChanged: boolean
}

const PAGE = 500
/** More groups than any project has. */
const GROUPS_LIMIT = 100_000

/** Decides about the groups. Writes nothing. */
export async function planGroups(
  db: Queryable,
  source: string,
  groups: readonly ForeignGroup[],
  choices: Choices,
): Promise<{ plans: GroupPlan[]; conflicts: Conflict[] }> {
  const known = await findImported(
    db,
    { source, kind: 'group' },
    groups.map(({ key }) => key),
  )
  const present = new Map(
    (
      await findGroups(
        db,
        [...known.values()].map(({ localId }) => localId),
      )
    ).map(({ id, name }) => [id, name]),
  )
  const owners = await groupsByKey(db)
  const plans: GroupPlan[] = []
  const conflicts: Conflict[] = []
  for (const group of groups) {
    const former = known.get(group.key)
    const isChanged = former?.fingerprint !== groupFingerprint(group)
    if (former !== undefined) {
      const here = present.get(former.localId)
      const name = here === undefined ? group.name : newNameOf(group, here, former, owners)
      if (here !== undefined && name !== here) owners.set(groupNameKey(name), former.localId)
      plans.push({ group, name, localId: here === undefined ? null : former.localId, isChanged })
      continue
    }
    const name = storedName(group)
    const owner = owners.get(groupNameKey(name))
    if (owner === undefined) {
      owners.set(groupNameKey(name), 0)
      plans.push({ group, name, localId: undefined, isChanged })
      continue
    }
    const choice = choiceFor(choices, 'same_group')
    const says = `the name ${JSON.stringify(group.name)} is taken by an earlier group`
    conflicts.push({ kind: 'same_group', key: group.key, says, choice })
    const other = `${name.slice(0, GROUP_NAME_LIMIT - group.key.length - 3)} (${group.key})`
    if (choice === 'rename') plans.push({ group, name: other, localId: undefined, isChanged })
    // 0: an earlier group of the same system, which gets its id when it is created.
    if (choice === 'merge') plans.push({ group, name, localId: owner === 0 ? undefined : owner, isChanged })
  }
  return { plans, conflicts }
}

/**
 * The name of a group here, after a possible renaming there. A group that was renamed here keeps its name, and so does
 * one whose new name belongs to another group here.
 */
function newNameOf(
  group: ForeignGroup,
  here: string,
  { localId, fingerprint }: ImportedRow,
  owners: ReadonlyMap<string, number>,
): string {
  const [name, before] = [storedName(group), readFingerprint(fingerprint).name]
  if (before === undefined || before === name || before !== here) return here
  const owner = owners.get(groupNameKey(name))
  return owner === undefined || owner === localId ? name : here
}

/** The name of a group in the form in which it is stored here. */
function storedName({ key, name }: ForeignGroup): string {
  return normalizeGroupName(name).trim().slice(0, GROUP_NAME_LIMIT) || `group ${key}`
}

/** Creates and changes groups. @returns the ids here, by the keys there */
export async function applyGroups(
  tx: Transaction,
  source: string,
  plans: readonly GroupPlan[],
  origin: AuditOrigin,
  now: number,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  // What is read here about groups must not change before it is used. Administrators take the same turn.
  await awaitTurn(tx)
  const imported = await removeMissingGroups(tx, source, plans, origin, now)
  const named = await findGroups(
    tx,
    plans.flatMap(({ localId }) => localId ?? []),
  )
  const present = new Map(named.map((group) => [group.id, group]))
  for (const plan of plans) {
    if (plan.localId === null) continue
    const { key } = plan.group
    const id = await applyGroup(tx, plan, present, imported.get(key), origin, now)
    // It was deleted here since the check.
    if (id === undefined) continue
    ids.set(key, id)
    if (!plan.isChanged) continue
    const row = { key, localId: id, fingerprint: groupFingerprint(plan.group) }
    await rememberImported(tx, { source, kind: 'group' }, [row])
  }
  return ids
}

/**
 * @param present the groups here that the plans name. Those that change or are created are kept up to date
 * @returns the id here; undefined if it was deleted here
 */
async function applyGroup(
  tx: Transaction,
  { group: { permissions }, name, localId, isChanged }: GroupPlan,
  present: Map<number, Group>,
  former: ImportedRow | undefined,
  origin: AuditOrigin,
  now: number,
): Promise<number | undefined> {
  if (localId === undefined) {
    const created = await createGroupAndRecord(tx, { name, description: '', permissions }, origin, now)
    if (created !== undefined) {
      present.set(created.id, created)
      return created.id
    }
  }
  // Without an id, somebody has just taken the name, or an earlier group of the same system has it.
  const id = localId ?? (await groupsByKey(tx)).get(groupNameKey(name))
  const here = id == null ? undefined : (present.get(id) ?? (await findGroups(tx, [id]))[0])
  if (here === undefined || !isChanged) return here?.id
  // If an imported group was merged into a group that already existed, the existing name stays.
  const isOwn = former?.localId === here.id
  // Permissions that an administrator has added here stay. Imported permissions that were removed there are removed
  // here too.
  const lost = new Set(readFingerprint(former?.fingerprint).permissions).difference(new Set(permissions))
  const kept = here.permissions.filter((permission) => !lost.has(permission))
  const wanted = { ...here, name: isOwn ? name : here.name, permissions: [...kept, ...permissions] }
  const changed = await changeGroupAndRecord(tx, here, wanted, origin, now)
  present.set(changed.id, changed)
  return changed.id
}

/** Deletes imported groups that no longer exist there. @returns the others, by key */
async function removeMissingGroups(
  tx: Transaction,
  source: string,
  plans: readonly GroupPlan[],
  origin: AuditOrigin,
  now: number,
): Promise<Map<string, ImportedRow>> {
  const keys = new Set(plans.map(({ group }) => group.key))
  const imported = await listImported(tx, { source, kind: 'group' }, '', GROUPS_LIMIT)
  const missing = imported.filter((row) => !keys.has(row.key))
  await forgetImported(tx, missing)
  const present = await findGroups(
    tx,
    missing.map(({ localId }) => localId),
  )
  for (const group of present) await deleteGroupAndRecord(tx, group, origin, now)
  return new Map(imported.map((row) => [row.key, row]))
}

/**
 * The state of a group in the other system, as one text. It contains the permissions themselves, so that the next import
 * can tell which of them were removed.
 */
export function groupFingerprint(group: ForeignGroup): string {
  return JSON.stringify({ name: storedName(group), permissions: [...group.permissions].sort() })
}

function readFingerprint(fingerprint: string | undefined): { name?: string; permissions: string[] } {
  const read: { name: string; permissions: string[] } | string[] = JSON.parse(fingerprint ?? '[]')
  // Earlier versions stored only the permissions.
  return Array.isArray(read) ? { permissions: read } : read
}

async function groupsByKey(db: Queryable): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let last = 0; ; ) {
    const page = await listGroups(db, { afterId: last, limit: PAGE })
    for (const { id, name } of page) found.set(groupNameKey(name), id)
    const end = page.at(-1)
    if (end === undefined || page.length < PAGE) return found
    last = end.id
  }
}
