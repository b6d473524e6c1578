import { Type } from 'typebox'
import { fieldRefusal } from '../../../../errors.ts'
import type { AccountAction } from '../../../../flows/bulk/account-actions.ts'
import { idSchema, orNull } from '../../wire.ts'
import { filterProperties } from './account-filter.ts'

const actions = [
  'activate',
  'deactivate',
  'end_sessions',
  'mail_reset_link',
  'force_password_reset',
  'delete',
  'add_to_group',
  'remove_from_group',
] as const

/** The action on many accounts, and the accounts to change. */
export function bulkProperties(mostIds: number) {
  return {
    action: Type.Enum([...actions]),
    group_id: Type.Optional(Type.Integer({ ...idSchema, description: 'For the actions about a group' })),
    ids: Type.Optional(Type.Array(idSchema, { minItems: 1, maxItems: mostIds, description: 'These accounts' })),
    filter: Type.Optional(
      Type.Object(filterProperties, {
        additionalProperties: false,
        description: 'Or the accounts that match. `{}` means all accounts',
      }),
    ),
  }
}

/** The counts and failures in a response. */
export const bulkCounts = {
  done: Type.Integer({ description: 'How many accounts were changed' }),
  unchanged: Type.Integer({ description: 'How many needed no change' }),
  failed: Type.Array(Type.Object({ id: Type.Integer(), username: orNull(Type.String()), code: Type.String() })),
}

type AskedAction = { action: (typeof actions)[number]; group_id?: number | undefined }

/** The action that a body asks for. @throws AuthError `invalid_fields` if it needs a group and names none */
export function actionOf({ action, group_id: groupId }: AskedAction): AccountAction {
  if (action !== 'add_to_group' && action !== 'remove_from_group') return { kind: action }
  if (groupId === undefined) throw fieldRefusal('group_id', 'required')
  return { kind: action, groupId }
}

/**
 * The accounts that a body selects, in exactly one of the two ways.
 *
 * @throws AuthError `invalid_fields` for none or both
 */
export function accountsOf<Filter>({
  ids,
  filter,
}: {
  ids?: number[]
  filter?: Filter
}): { ids: number[] } | { filter: Filter } {
  if (ids !== undefined && filter === undefined) return { ids }
  if (ids === undefined && filter !== undefined) return { filter }
  throw fieldRefusal('ids', ids === undefined ? 'required' : 'not_with_filter')
}
