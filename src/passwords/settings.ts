import { isIP } from 'node:net'
import { type Static, Type } from 'typebox'
import { integer, list, onOff, orNone, readLine, SettingFault, setting, settingGroup } from '../platform/setting.ts'
import { defaultHashParameters } from './hash-parameters.ts'
import { defaultPasswordRules } from './password-policy.ts'

// Here as well, because the configuration takes from a concept only its settings.
export { readFilterHeader } from './breached/filter-file.ts'
export { FilterFileError } from './breached/filter-format.ts'
export { maximumHashCosts } from './hash-parameters.ts'
export { defaultHashConcurrency } from './hash-pool.ts'

/** A shorter one is like no password that is long enough. */
const SHORTEST_SERVICE_NAME = 4

export const passwordSettings = settingGroup('Passwords', {
  trimPasswords: onOff('TRIM_PASSWORDS', {
    default: 'false',
    description: 'Whether white space around a password is dropped before it counts.',
  }),
  minimumLength: integer('MINIMUM_PASSWORD_LENGTH', {
    default: String(defaultPasswordRules.minimumLength),
    minimum: 8,
    maximum: 64,
    description:
      'How many characters a new password needs. Take 15 where nothing but passwords protects accounts (NIST SP 800-63B-4).',
  }),
  serviceNames: list(
    'SERVICE_NAMES',
    {
      derivedDefault: '`latchkey`, and the parts of the host of `PUBLIC_URL` but for the last',
      description: 'What people call the service: no new password may be too like one of these.',
    },
    readServiceName,
  ),
  breachedPasswords: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'BREACHED_PASSWORDS',
      {
        default: 'none',
        description:
          'The file of a filter that knows the passwords of data breaches: no new password may be one of them. See ' +
          '[Passwords](passwords.md#passwords-from-data-breaches).',
      },
      readLine,
    ),
  ),
  allowWeakHashes: onOff('ALLOW_WEAK_HASHES', {
    default: 'false',
    description:
      'Whether imported hashes that protect nothing (unsalted, MD5) may be logged in with. The first login replaces them.',
  }),
  hashConcurrency: integer('HASH_CONCURRENCY', {
    derivedDefault: 'one for each core, but one fewer than `UV_THREADPOOL_SIZE` (4)',
    minimum: 1,
    maximum: 1_024,
    description: 'How many passwords are hashed at a time.',
  }),
  hashQueueLimit: integer('HASH_QUEUE_LIMIT', {
    default: '64',
    minimum: 0,
    maximum: 1_000_000,
    description: 'How many may wait for that. Beyond it a login is answered with 503 and when to come again.',
  }),
})

/** What argon2id spends on each password. */
export const hashCostSettings = settingGroup('Cost of a password hash', {
  memoryKib: integer('HASH_MEMORY_KIB', {
    default: String(defaultHashParameters.memoryKib),
    minimum: 8,
    maximum: 262_144,
    description: 'Memory of argon2id for one password, in KiB.',
  }),
  passes: integer('HASH_PASSES', {
    default: String(defaultHashParameters.passes),
    minimum: 1,
    maximum: 1_000,
    description: 'Passes of argon2id over that memory.',
  }),
  lanes: integer('HASH_LANES', {
    default: String(defaultHashParameters.lanes),
    minimum: 1,
    maximum: 16,
    description: 'Lanes of argon2id.',
  }),
})

function readServiceName(item: string): string {
  if (item.length >= SHORTEST_SERVICE_NAME) return readLine(item)
  throw new SettingFault(
    `has a name that is too short to be guessed by. Write ${SHORTEST_SERVICE_NAME} letters or more.`,
  )
}

/** The names of the service if nobody says: `latchkey`, and of `https://auth.example.org` `auth` and `example`. */
export function defaultServiceNames(publicUrl: string): string[] {
  const { hostname } = new URL(publicUrl)
  if (isIP(hostname) !== 0 || hostname.startsWith('[')) return ['latchkey']
  const parts = hostname.includes('.') ? hostname.split('.').slice(0, -1) : [hostname]
  return ['latchkey', ...parts.filter((part) => part.length >= SHORTEST_SERVICE_NAME)]
}

export type PasswordSettings = Static<typeof passwordSettings>
export type HashCostSettings = Static<typeof hashCostSettings>
