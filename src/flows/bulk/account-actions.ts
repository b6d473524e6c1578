import type { OwnPermission } from '../../permissions/permission.ts'

/**
 * What can be done to accounts, one or many, by the same rules. Each way of applying an action builds on the one before
 * it:
 *
 * - `ApplyToBatch`: to some accounts, in one transaction. `applyToOne` does it to one, and throws if it is refused.
 * - `ApplyToList`: to given accounts, a batch at a time.
 * - `ApplyToPage`: to as many as one request changes, given or found by a filter.
 * - `ApplyToAll`: to all that match, in a long run that reports its progress.
 */
export type AccountAction =
  | { kind: 'activate' | 'deactivate' | 'end_sessions' | 'delete' | 'mail_reset_link' | 'force_password_reset' }
  | { kind: 'add_to_group' | 'remove_from_group'; groupId: number }

/** The permission that each action needs. */
export const neededFor: Record<AccountAction['kind'], OwnPermission | 'superuser'> = {
  activate: 'accounts.change',
  deactivate: 'accounts.change',
  end_sessions: 'sessions.delete',
  delete: 'accounts.delete',
  mail_reset_link: 'accounts.change',
  force_password_reset: 'accounts.change',
  add_to_group: 'superuser',
  remove_from_group: 'superuser',
}
