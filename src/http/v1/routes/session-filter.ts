import { type Static, Type } from 'typebox'
import type { IdOfUsername } from '../../../flows/accounts/names/account-names.ts'
import type { SessionListing } from '../../../flows/sessions/list-sessions.ts'
import { idSchema, momentParameter, readMoment, usernameParameter } from '../wire.ts'

/** Selects sessions of all accounts; all conditions must hold. */
export const sessionFilterMembers = {
  account_id: Type.Optional(idSchema),
  username: usernameParameter('Username or email address of the account'),
  address: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'The beginning of the client address of the login' }),
  ),
  started_from: momentParameter('Started at this time or later'),
  started_before: momentParameter('Started before this time'),
}

/** The same as members of a body. */
export const sessionFilterSchema = Type.Object(sessionFilterMembers, { additionalProperties: false })

/** Reads the session filter of a request. @throws AuthError `invalid_fields` for a time that does not exist */
export function createReadSessionFilter(idOfUsername: IdOfUsername) {
  return async ({ username, ...query }: Static<typeof sessionFilterSchema>): Promise<SessionListing['filter']> => ({
    accountId: query.account_id ?? (await idOfUsername(username)),
    address: query.address,
    startedFrom: readMoment('started_from', query.started_from),
    startedBefore: readMoment('started_before', query.started_before),
  })
}
