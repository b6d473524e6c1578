import type { OwnPermission } from '../../../permissions/permission.ts'

/** The actions on many accounts. */
export type ManyAction =
  | { kind: 'activate' | 'deactivate' | 'end_sessions' | 'delete' | 'mail_reset_link' | 'force_password_reset' }
  | { kind: 'add_to_group' | 'remove_from_group'; groupId: number }

/** The permission that each action needs. */
export const neededFor: Record<ManyAction['kind'], OwnPermission | 'superuser'> = {
  activate: 'accounts.change',
  deactivate: 'accounts.change',
  end_sessions: 'sessions.delete',
  delete: 'accounts.delete',
  mail_reset_link: 'accounts.change',
  force_password_reset: 'accounts.change',
  add_to_group: 'superuser',
  remove_from_group: 'superuser',
}
