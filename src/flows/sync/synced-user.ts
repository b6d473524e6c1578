import type { MappedField } from '../../foreign-systems/django/mapping.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import type { SyncedAccount } from './sync-store.ts'
import type { SyncedRights } from './synced-groups.ts'

/** Which parts of an account have a column there. */
export type SyncedFields = {
  has(field: MappedField): boolean
  profileFields: readonly string[]
  hasProfile(field: string): boolean
}

/** Django's mark of a password that nobody can log in with; the text behind it makes it unique. */
const UNUSABLE = '!'

/**
 * One of our accounts, in the form of the other system. A value that has no column there is copied from there, so that it
 * never counts as a change.
 *
 * @param rights undefined: those there stay
 * @param there the user as it is; undefined: there is none yet
 * @param mark random letters for an unusable password
 */
export function syncedUser(
  { account, passwordHash }: SyncedAccount,
  rights: SyncedRights | undefined,
  there: ForeignAccount | undefined,
  { has, hasProfile, profileFields }: SyncedFields,
  mark: string,
): ForeignAccount {
  const of = <Value>(field: MappedField, here: Value, otherwise: Value): Value => (has(field) ? here : otherwise)
  const profile = profileFields.map((field) => [
    field,
    hasProfile(field) ? (account.profile[field] ?? undefined) : there?.profile[field],
  ])
  // A username that Latchkey has derived is not written to Django.
  const hasNoName = there !== undefined && there.username === undefined
  return {
    key: account.uid,
    uid: { text: account.uid, isNumber: account.isUidNumber },
    username: hasNoName ? undefined : of('username', account.username, there?.username),
    email: of('email', account.email, there?.email ?? ''),
    isEmailVerified: of('email_verified', account.emailVerifiedAt !== undefined, there?.isEmailVerified ?? false),
    phoneNumber: of('phone_number', account.phoneNumber, there?.phoneNumber ?? ''),
    firstName: of('first_name', account.firstName, there?.firstName ?? ''),
    lastName: of('last_name', account.lastName, there?.lastName ?? ''),
    isActive: of('is_active', account.deactivatedAt === undefined, there?.isActive ?? true),
    isStaff: of('is_staff', account.isStaff, there?.isStaff ?? false),
    isSuperuser: of('is_superuser', account.isSuperuser, there?.isSuperuser ?? false),
    createdAt: account.createdAt,
    lastLoginAt: of('last_login', account.lastLoginAt, there?.lastLoginAt),
    passwordHash: passwordHash ?? unusableHash(there?.passwordHash, mark),
    groups: (rights ?? there)?.groups ?? [],
    permissions: (rights ?? there)?.permissions ?? [],
    profile: Object.fromEntries(profile),
  }
}

/** Whether nobody can log in with it. */
function isUnusable(hash: string): boolean {
  return hash === '' || hash.startsWith(UNUSABLE)
}

function unusableHash(there: string | undefined, mark: string): string {
  return there !== undefined && isUnusable(there) ? there : UNUSABLE + mark
}
