import { type TextFault, textFaults } from '../platform/text-rules.ts'

/** A set of permissions that accounts are given by belonging to it. */
export type Group = {
  /** Stable, positive, never used again after a deletion. */
  id: number
  name: string
  description: string
  /** What its members may do, in the order of the names. */
  permissions: readonly string[]
  createdAt: number
}

/** A group as accounts name it. */
export type GroupName = Pick<Group, 'id' | 'name'>

/** What an account was given. */
export type HeldRights = {
  /** The groups it belongs to, in the order of their names. */
  groups: readonly GroupName[]
  /** What it was given by itself. */
  ownPermissions: readonly string[]
  /** All of it: by itself and by its groups. */
  permissions: ReadonlySet<string>
}

/** The longest name, in code points. */
export const GROUP_NAME_LIMIT = 150
/** The longest description, in code points. */
export const GROUP_DESCRIPTION_LIMIT = 1_000
/** The most permissions that a group or an account is given at a time. */
export const PERMISSIONS_LIMIT = 500
/** The most groups that an account is put into at a time. */
export const GROUPS_LIMIT = 200

/** What no name shows: controls, line breaks, and marks without width, by which two names could look the same. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/** What can be wrong with the text of a group. */
type GroupFault = TextFault | { fault: 'invalid_name' } | { fault: 'name_taken' }

/** The faults of a group's name as it is to be stored. Blanks inside are welcome, around it they are not. */
export function groupNameFaults(name: string): GroupFault[] {
  const faults: GroupFault[] = textFaults(name, GROUP_NAME_LIMIT)
  const isSeen = name !== '' && name === name.trim() && !UNSEEN.test(name)
  return isSeen || faults.length > 0 ? faults : [{ fault: 'invalid_name' }]
}

/** The form in which a name is stored: NFKC. */
export function normalizeGroupName(name: string): string {
  return name.normalize('NFKC')
}

/** The text under which a group's name is unique: whatever the case of its letters. */
export function groupNameKey(name: string): string {
  return normalizeGroupName(name).toLowerCase()
}
