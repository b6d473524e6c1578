import { isIP } from 'node:net'
import { type Static, Type } from 'typebox'
import { integer, list, onOff, orNone, readLine, SettingFault, setting, settingGroup } from '../platform/setting.ts'
import { defaultHashParameters } from './hash-parameters.ts'
import { defaultPasswordRules } from './password-policy.ts'

// Re-exported because the configuration imports only the settings of a concept.
export { readFilterHeader } from './breached/filter-file.ts'
export { FilterFileError } from './breached/filter-format.ts'
export { maximumHashCosts } from './hash-parameters.ts'
export { defaultHashConcurrency } from './hash-pool.ts'

/** A shorter name cannot be too similar to any password of sufficient length. */
const SHORTEST_SERVICE_NAME = 4

export const passwordSettings = settingGroup('Passwords', {
  trimPasswords: onOff('TRIM_PASSWORDS', {
    default: 'false',
    description: 'Whether Latchkey removes white space around a password.',
  }),
  minimumLength: integer('MINIMUM_PASSWORD_LENGTH', {
    default: String(defaultPasswordRules.minimumLength),
    minimum: 8,
    maximum: 64,
    description:
      'The smallest number of characters in a new password. Set 15 if passwords are the only protection of ' +
      'your accounts (NIST SP 800-63B-4).',
  }),
  serviceNames: list(
    'SERVICE_NAMES',
    {
      derivedDefault: '`latchkey`, and the parts of the host of `PUBLIC_URL` except the last',
      description:
        'What people call your service. Latchkey refuses new passwords that are too similar to one of these ' +
        'names.',
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
          'The filter file with passwords from data breaches. Latchkey refuses these as new passwords. See ' +
          '[Passwords](passwords.md#passwords-from-data-breaches).',
      },
      readLine,
    ),
  ),
  allowWeakHashes: onOff('ALLOW_WEAK_HASHES', {
    default: 'false',
    description:
      'Whether users can log in with imported hashes that offer no protection (unsalted, MD5). Their first ' +
      'login replaces the hash.',
  }),
  hashConcurrency: integer('HASH_CONCURRENCY', {
    derivedDefault: 'the number of cores, at most one less than `UV_THREADPOOL_SIZE` (4)',
    minimum: 1,
    maximum: 1_024,
    description: 'How many passwords Latchkey hashes at the same time.',
  }),
  hashQueueLimit: integer('HASH_QUEUE_LIMIT', {
    default: '64',
    minimum: 0,
    maximum: 1_000_000,
    description: 'How many passwords may wait to be hashed. Beyond that, a login gets 503 with `Retry-After`.',
  }),
})

/** The cost of argon2id for each password. */
export const hashCostSettings = settingGroup('Cost of a password hash', {
  memoryKib: integer('HASH_MEMORY_KIB', {
    default: String(defaultHashParameters.memoryKib),
    minimum: 8,
    maximum: 262_144,
    description: 'Memory that argon2id uses for one password, in KiB.',
  }),
  passes: integer('HASH_PASSES', {
    default: String(defaultHashParameters.passes),
    minimum: 1,
    maximum: 1_000,
    description: 'Number of passes of argon2id over its memory.',
  }),
  lanes: integer('HASH_LANES', {
    default: String(defaultHashParameters.lanes),
    minimum: 1,
    maximum: 16,
    description: 'Number of lanes of argon2id.',
  }),
})

function readServiceName(item: string): string {
  if (item.length >= SHORTEST_SERVICE_NAME) return readLine(item)
  throw new SettingFault(
    `contains a name that is too short to compare passwords with. Write at least ${SHORTEST_SERVICE_NAME} letters.`,
  )
}

/** The default names of the service: `latchkey`, and for `https://auth.example.org` also `auth` and `example`. */
export function defaultServiceNames(publicUrl: string): string[] {
  const { hostname } = new URL(publicUrl)
  if (isIP(hostname) !== 0 || hostname.startsWith('[')) return ['latchkey']
  const parts = hostname.includes('.') ? hostname.split('.').slice(0, -1) : [hostname]
  return ['latchkey', ...parts.filter((part) => part.length >= SHORTEST_SERVICE_NAME)]
}

export type PasswordSettings = Static<typeof passwordSettings>
export type HashCostSettings = Static<typeof hashCostSettings>
