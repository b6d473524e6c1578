import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '../platform/json.ts'
import { accountOf, firstNameOf, foreignSystemOf, inBatches, momentOf } from './account-of.ts'
import { readJsonFile, textIn, unreadable } from './export-file.ts'
import { type ForeignAccount, type ForeignGroup, type ForeignSystem, ForeignSystemError } from './foreign-system.ts'
import { keycloakHash } from './keycloak-hash.ts'

/**
 * Opens the output of `kc.sh export`: a realm with its users in one file, or a folder with `REALM-users-0.json` and so
 * on. A group is imported under its path. The `uid` of an account is its id, which Keycloak's tokens have as `sub`.
 *
 * @throws ForeignSystemError
 */
export async function openKeycloak(path: string): Promise<ForeignSystem> {
  const files = await filesIn(path)
  const groups = new Map<string, ForeignGroup>()
  let count = 0
  for (const file of files) {
    const { users, realm } = await readRealm(file)
    for (const group of groupsOf(realm.groups, '')) groups.set(group.key, group)
    for (const [at, user] of users.entries()) {
      count++
      for (const key of accountFrom(user, `${file}, user ${at + 1}`).groups) {
        if (!groups.has(key)) groups.set(key, { key, name: key, permissions: [] })
      }
    }
  }
  if (count === 0)
    throw new ForeignSystemError(`${path} has no users. Export them too: kc.sh export --users realm_file.`)
  async function* accounts() {
    for (const file of files) {
      const { users } = await readRealm(file)
      for (const [at, user] of users.entries()) yield accountFrom(user, `${file}, user ${at + 1}`)
    }
  }
  return foreignSystemOf({
    description: path,
    accounts: () => inBatches(accounts()),
    groups: [...groups.values()],
    count,
    notes: [
      { subject: 'Keycloak', says: 'roles, required actions, linked providers and second factors are not imported' },
    ],
  })
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(unreadable(path))
  if (!found.isDirectory()) return [path]
  const names = (await readdir(path)).filter((name) => /-(realm|users-\d+)\.json$/.test(name))
  const realms = new Set(names.map((name) => name.replace(/-(realm|users-\d+)\.json$/, '')))
  if (realms.size > 1) {
    throw new ForeignSystemError(
      `${path} has several realms: ${[...realms].sort().join(', ')}. Latchkey does not merge them: export one with --realm.`,
    )
  }
  if (names.length === 0)
    throw new ForeignSystemError(`${path} has no file called REALM-realm.json or REALM-users-0.json.`)
  return names.sort((one, other) => numberIn(one) - numberIn(other)).map((name) => join(path, name))
}

const numberIn = (name: string) => Number(/-users-(\d+)\.json$/.exec(name)?.[1] ?? -1)

async function readRealm(path: string): Promise<{ realm: JsonObject; users: unknown[] }> {
  const realm = await readJsonFile(path)
  if (!isJsonObject(realm))
    throw new ForeignSystemError(`${path} is not a realm of Keycloak: it contains no JSON object.`)
  return { realm, users: Array.isArray(realm.users) ? realm.users : [] }
}

function* groupsOf(groups: unknown, parent: string): Generator<ForeignGroup> {
  for (const group of Array.isArray(groups) ? groups.filter(isJsonObject) : []) {
    const path = `${parent}${textIn(group, 'name') ?? ''}`
    yield { key: path, name: path, permissions: [] }
    yield* groupsOf(group.subGroups, `${path}/`)
  }
}

/** Keycloak stores a chosen language as an attribute, and attributes as lists. */
function languageOf(attributes: unknown): string | undefined {
  const languages = isJsonObject(attributes) ? attributes.locale : undefined
  return Array.isArray(languages) && typeof languages[0] === 'string' ? languages[0] : undefined
}

function accountFrom(user: unknown, place: string): ForeignAccount {
  const key = isJsonObject(user) ? textIn(user, 'id') : undefined
  if (!isJsonObject(user) || key === undefined)
    throw new ForeignSystemError(`${place} has no id. Is it an export of Keycloak?`)
  const groups = Array.isArray(user.groups) ? user.groups.map((group) => String(group).replace(/^\//, '')) : []
  const isService = textIn(user, 'serviceAccountClientId') !== undefined
  return accountOf({
    key,
    username: textIn(user, 'username'),
    email: textIn(user, 'email') ?? '',
    isEmailVerified: user.emailVerified === true,
    firstName: firstNameOf(textIn(user, 'firstName')),
    lastName: firstNameOf(textIn(user, 'lastName')),
    isActive: user.enabled !== false,
    createdAt: momentOf(user.createdTimestamp),
    passwordHash: keycloakHash(user.credentials, place),
    groups: [...new Set(groups)].sort(),
    locale: languageOf(user.attributes),
    ...(isService && { skipped: 'service accounts: create a service here instead' }),
  })
}
