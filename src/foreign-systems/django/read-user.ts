import type { ForeignRow } from '../../storage/foreign/foreign-database.ts'
import type { ForeignAccount } from '../foreign-system.ts'
import type { FullMapping } from './guess-mapping.ts'
import { profileValue } from './profile-value.ts'
import { LIST_SEPARATOR } from './user-query.ts'

/**
 * Creates the function that turns a row of `userQuery` into an account.
 *
 * @param isKeyNumber whether the primary key is a number, which JSON shows as one
 * @param profileTypes the types of the columns of profile fields: see `profileTypesOf`
 */
export function accountReader(
  positions: ReadonlyMap<string, number>,
  mapping: FullMapping,
  isKeyNumber: boolean,
  profileTypes: ReadonlyMap<string, string>,
): (row: ForeignRow) => ForeignAccount {
  const profile = Object.keys(mapping.profile).map(
    (field) => [field, positions.get(`profile:${field}`) ?? -1, profileTypes.get(field) ?? ''] as const,
  )
  const at = (name: string) => {
    const position = positions.get(name)
    return (row: ForeignRow) => (position === undefined ? undefined : (row[position] ?? undefined))
  }
  const uid = at('uid')
  const [key, username, email, phone] = [at('key'), at('username'), at('email'), at('phone_number')]
  const [first, last, password] = [at('first_name'), at('last_name'), at('password')]
  const [active, staff, superuser] = [at('is_active'), at('is_staff'), at('is_superuser')]
  const [joined, lastLogin, verified] = [at('date_joined'), at('last_login'), at('email_verified')]
  const [allauthEmail, allauthVerified] = [at('allauth_email'), at('allauth_verified')]
  const [groups, permissions, deleted, bot] = [at('groups'), at('permissions'), at('deleted'), at('bot')]

  return (row) => {
    const id = key(row) ?? ''
    const override = mapping.overrides[id]
    const fate = fateOf(row)
    const address = override?.email ?? allauthEmail(row) ?? email(row) ?? ''
    return {
      key: id,
      uid: { text: uid(row) ?? id, isNumber: isKeyNumber },
      username: (override?.username ?? username(row)) || undefined,
      email: address,
      isEmailVerified: isAddressVerified(row, address),
      phoneNumber: phone(row) ?? '',
      firstName: first(row) ?? '',
      lastName: last(row) ?? '',
      isActive: (mapping.columns.is_active === undefined || isMarked(active(row))) && fate !== 'deactivate',
      isStaff: isMarked(staff(row)),
      isSuperuser: isMarked(superuser(row)),
      createdAt: timeOf(joined(row)),
      lastLoginAt: timeOf(lastLogin(row)),
      passwordHash: password(row),
      groups: listOf(groups(row)),
      permissions: listOf(permissions(row)),
      profile: Object.fromEntries(
        profile.map(([field, position, type]) => [field, profileValue(type, row[position] ?? undefined)]),
      ),
      ...(override === null && { skipped: 'the mapping file leaves it out' }),
      ...(fate === 'skip' && { skipped: 'marked as deleted or as a bot' }),
    }
  }

  function fateOf(row: ForeignRow): 'import' | 'deactivate' | 'skip' {
    const fates = [
      isMarked(deleted(row)) ? mapping.deleted?.action : undefined,
      isMarked(bot(row)) ? mapping.bot?.action : undefined,
    ]
    return fates.includes('skip') ? 'skip' : fates.includes('deactivate') ? 'deactivate' : 'import'
  }

  /** If allauth knows the user, its data decides: only a verified primary address is confirmed. */
  function isAddressVerified(row: ForeignRow, address: string): boolean {
    const proven = allauthEmail(row)
    if (proven !== undefined) return proven === address && isMarked(allauthVerified(row))
    return isMarked(verified(row))
  }
}

/** The texts with which databases and programs write "false". */
const NOT_SO = ['', '0', '0.0', 'f', 'false', 'n', 'no', 'off', 'none', 'null']

/** True for 1, and for any time or text that does not mean "false": the mark may be a time of deletion. */
function isMarked(value: string | undefined): boolean {
  return value !== undefined && !NOT_SO.includes(value.trim().toLowerCase())
}

function timeOf(value: string | undefined): number | undefined {
  const time = Number(value ?? Number.NaN)
  return Number.isSafeInteger(time) ? time : undefined
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : value.split(LIST_SEPARATOR).sort()
}
