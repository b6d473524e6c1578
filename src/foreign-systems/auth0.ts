import { isJsonObject, type JsonObject } from '../platform/json.ts'
import { accountOf, firstNameOf, foreignSystemOf, inBatches, momentOf } from './account-of.ts'
import { readJsonObjects, textIn } from './export-file.ts'
import { type ForeignAccount, type ForeignSystem, ForeignSystemError } from './foreign-system.ts'

/** The files from Auth0. */
type Auth0Options = {
  /** The export with password hashes: one object per line, with `_id`, `email` and `passwordHash` (bcrypt). */
  path: string
  /** The export of users (one object per line, or an array), which also has those of social logins; undefined: none. */
  users: string | undefined
}

/**
 * Opens an export of Auth0. The `uid` of an account is its `user_id`, such as `auth0|5f7c8ec7…`, which its tokens have
 * as `sub`.
 *
 * @throws ForeignSystemError
 */
export async function openAuth0({ path, users }: Auth0Options): Promise<ForeignSystem> {
  const accounts = new Map<string, ForeignAccount>()
  if (users !== undefined) {
    for await (const { object, place } of readJsonObjects(users)) {
      const account = accountFrom(object, place)
      accounts.set(account.key, account)
    }
  }
  for await (const { object, place } of readJsonObjects(path)) {
    const account = accountFrom(object, place)
    const known = accounts.get(account.key)
    accounts.set(
      account.key,
      known === undefined ? account : { ...known, passwordHash: account.passwordHash ?? known.passwordHash },
    )
  }
  return foreignSystemOf({
    description: path,
    accounts: () => inBatches(accounts.values()),
    count: accounts.size,
    notes: [{ subject: 'Auth0', says: 'roles, organisations and second factors are not imported' }],
  })
}

function accountFrom(user: JsonObject, place: string): ForeignAccount {
  return accountOf({
    key: keyOf(user, place),
    username: textIn(user, 'username'),
    email: textIn(user, 'email') ?? '',
    isEmailVerified: user.email_verified === true,
    phoneNumber: textIn(user, 'phone_number') ?? '',
    firstName: firstNameOf(textIn(user, 'given_name') ?? fullName(user)),
    lastName: firstNameOf(textIn(user, 'family_name')),
    isActive: user.blocked !== true,
    createdAt: momentOf(user.created_at),
    lastLoginAt: momentOf(user.last_login),
    passwordHash: textIn(user, 'passwordHash'),
  })
}

/** If an account has no name, Auth0 uses its address. */
function fullName(user: JsonObject): string | undefined {
  const name = textIn(user, 'name')
  return name === textIn(user, 'email') ? undefined : name
}

/** `user_id`, or the id of the database connection's row, which Auth0 writes as `auth0|ID`. */
function keyOf(user: JsonObject, place: string): string {
  const own = textIn(user, 'user_id')
  if (own !== undefined) return own
  const id = isJsonObject(user._id) ? textIn(user._id, '$oid') : textIn(user, '_id')
  if (id !== undefined) return `auth0|${id}`
  throw new ForeignSystemError(`${place} has neither user_id nor _id. Is it an export of Auth0?`)
}
