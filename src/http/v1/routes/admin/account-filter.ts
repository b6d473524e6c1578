import { type Static, Type } from 'typebox'
import { type AccountFilter, searchMatches } from '../../../../accounts/search/account-search.ts'
import { idSchema, momentParameter, readMoment } from '../../wire.ts'

const SEARCH_LIMIT = 200

const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

/** The conditions that accounts can be filtered by. All of them must hold. */
export const filterProperties = {
  search: Type.Optional(
    Type.String({
      maxLength: SEARCH_LIMIT,
      description:
        'Words that must all occur in the username, email address, phone number, first or last name or `uid`, in any case; or the id',
    }),
  ),
  match: Type.Optional(
    Type.Enum([...searchMatches], {
      description:
        'Where the words must occur: `anywhere` (the default), or at the beginning of a word (`prefix`, faster)',
    }),
  ),
  is_active: flag('Only active, or only inactive accounts'),
  is_staff: flag('Only staff, or only other accounts'),
  is_superuser: flag('Only superusers, or only other accounts'),
  email_verified: flag('Only accounts with a confirmed or unconfirmed address'),
  second_factor: flag('Only accounts with or without a second factor. Recovery codes alone do not count'),
  group: Type.Optional(Type.Integer({ ...idSchema, description: 'Only members of the group with this id' })),
  created_from: momentParameter('Only accounts created at this time or later'),
  created_before: momentParameter('Only accounts created before this time'),
  last_login_from: momentParameter('Only accounts with a last login at this time or later'),
  last_login_before: momentParameter('Only accounts with a last login before this time'),
}

const filter = Type.Object(filterProperties)

/** The filter that a request asks for. @throws AuthError `invalid_fields` for a time that does not exist */
export function filterOf(query: Static<typeof filter>): AccountFilter {
  return {
    search: query.search,
    match: query.match,
    isActive: query.is_active,
    isStaff: query.is_staff,
    isSuperuser: query.is_superuser,
    isEmailVerified: query.email_verified,
    hasSecondFactor: query.second_factor,
    groupId: query.group,
    createdFrom: readMoment('created_from', query.created_from),
    createdBefore: readMoment('created_before', query.created_before),
    lastLoginFrom: readMoment('last_login_from', query.last_login_from),
    lastLoginBefore: readMoment('last_login_before', query.last_login_before),
  }
}
