import { readFile } from 'node:fs/promises'
import { isJsonObject, type JsonObject } from '../platform/json.ts'
import { accountOf, firstNameOf, foreignSystemOf, inBatches, momentOf } from './account-of.ts'
import { readJsonFile, textIn, unreadable } from './export-file.ts'
import { type ForeignAccount, type ForeignSystem, ForeignSystemError } from './foreign-system.ts'

/** The files from Firebase Authentication. */
type FirebaseOptions = {
  /** The output of `firebase auth:export FILE --format=json`. */
  path: string
  /** The project's `hash_config { … }`, as the console shows it; undefined: accounts are imported without passwords. */
  hashConfig: string | undefined
}

/** The text in place of a hash if the person who made the export may not see hashes. */
const REDACTED = Buffer.from('REDACTED').toString('base64')

/**
 * Opens an export of Firebase Authentication. The parameters of the project become part of every hash, as in Supabase
 * Auth.
 *
 * @throws ForeignSystemError
 */
export async function openFirebase({ path, hashConfig }: FirebaseOptions): Promise<ForeignSystem> {
  const parameters = hashConfig === undefined ? undefined : await readHashConfig(hashConfig)
  const written = await readJsonFile(path)
  const users = isJsonObject(written) ? written.users : written
  if (!Array.isArray(users)) throw new ForeignSystemError(`${path} has no list "users". Is it an export of Firebase?`)
  const accounts = users.map((user, at) => accountFrom(user, `${path}, user ${at + 1}`, parameters))
  return foreignSystemOf({
    description: path,
    accounts: () => inBatches(accounts),
    count: accounts.length,
    notes: [{ subject: 'Firebase', says: 'custom claims, linked providers and second factors are not imported' }],
  })
}

function accountFrom(user: unknown, place: string, parameters: string | undefined): ForeignAccount {
  const key = isJsonObject(user) ? textIn(user, 'localId') : undefined
  if (!isJsonObject(user) || key === undefined) throw new ForeignSystemError(`${place} has no localId.`)
  return accountOf({
    key,
    email: textIn(user, 'email') ?? '',
    isEmailVerified: user.emailVerified === true,
    phoneNumber: textIn(user, 'phoneNumber') ?? '',
    firstName: firstNameOf(textIn(user, 'displayName')),
    isActive: user.disabled !== true,
    createdAt: momentOf(user.createdAt),
    lastLoginAt: momentOf(user.lastSignedInAt),
    passwordHash: hashOf(user, place, parameters),
  })
}

function hashOf(user: JsonObject, place: string, parameters: string | undefined): string | undefined {
  const [hash, salt] = [textIn(user, 'passwordHash'), textIn(user, 'salt')]
  if (hash === undefined) return undefined
  if (hash === REDACTED) {
    throw new ForeignSystemError(
      `${place}: the export has no password hashes. Export again as an owner of the project (the permission is firebaseauth.configs.getHashConfig).`,
    )
  }
  if (parameters === undefined) {
    throw new ForeignSystemError(
      `${place} has a password. Save the project's hash_config { … } from the Firebase console in a file, and name it with --hash-config.`,
    )
  }
  return `fbscrypt$${parameters}$${usual(salt ?? '')}$${usual(hash)}`
}

/** `hash_config { algorithm: SCRYPT, base64_signer_key: …, base64_salt_separator: …, rounds: 8, mem_cost: 14 }`. */
async function readHashConfig(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(unreadable(path))
  const value = (name: string) => new RegExp(`["']?${name}["']?\\s*[:=]\\s*["']?([A-Za-z0-9+/=_-]+)`).exec(text)?.[1]
  const [algorithm = 'SCRYPT', signerKey, separator] = [
    value('algorithm'),
    value('base64_signer_key'),
    value('base64_salt_separator'),
  ]
  const [rounds, memory] = [value('rounds'), value('mem_cost')]
  if (algorithm !== 'SCRYPT') {
    throw new ForeignSystemError(
      `${path}: Latchkey verifies only Firebase's algorithm SCRYPT, and this is ${algorithm}.`,
    )
  }
  if (!signerKey || !separator || !/^\d+$/.test(rounds ?? '') || !/^\d+$/.test(memory ?? '')) {
    throw new ForeignSystemError(
      `${path} must have base64_signer_key, base64_salt_separator, rounds and mem_cost, as the Firebase console shows them.`,
    )
  }
  return `v=1,n=${memory},r=${rounds},p=1,ss=${usual(separator)},sk=${usual(signerKey)}`
}

/** Base64 in the standard alphabet, with padding. Some exports use the URL alphabet. */
function usual(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64')
}
