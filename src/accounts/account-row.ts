import type { AccountsTable, RowOf } from '../storage/tables.ts'
import type { Account } from './account.ts'
import { localeOf } from './locale.ts'

/** The columns of an account, without its lookup keys. */
export type AccountRow = Omit<
  RowOf<AccountsTable>,
  'username_key' | 'email_key' | 'phone_key' | 'search_text' | 'sessions_end_reason' | 'sessions_kept_id'
>

/** Converts a row to an account. For all stores that read accounts, alone or joined. */
export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    uid: row.uid,
    isUidNumber: row.uid_is_number === 1,
    username: row.username,
    email: row.email,
    phoneNumber: row.phone_number,
    firstName: row.first_name,
    lastName: row.last_name,
    isStaff: row.is_staff === 1,
    isSuperuser: row.is_superuser === 1,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at ?? undefined,
    emailVerifiedAt: row.email_verified_at ?? undefined,
    deactivatedAt: row.deactivated_at ?? undefined,
    sessionsVoidAt: row.sessions_void_at ?? undefined,
    sessionsEndedAt: row.sessions_ended_at ?? undefined,
    credentialsVersion: row.credentials_version,
    profile: row.profile === '{}' ? {} : JSON.parse(row.profile),
    locale: row.locale === null ? undefined : localeOf(row.locale),
  }
}
