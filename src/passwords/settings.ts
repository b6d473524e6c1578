import type { Static } from 'typebox'
import { integer, onOff, settingGroup } from '../platform/setting.ts'
import { defaultHashParameters } from './hash-parameters.ts'

// Here as well, because the configuration takes from a concept only its settings.
export { maximumHashCosts } from './hash-parameters.ts'
export { defaultHashConcurrency } from './hash-pool.ts'

export const passwordSettings = settingGroup('Passwords', {
  trimPasswords: onOff('TRIM_PASSWORDS', {
    default: 'false',
    description: 'Whether white space around a password is dropped before it counts.',
  }),
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

export type PasswordSettings = Static<typeof passwordSettings>
export type HashCostSettings = Static<typeof hashCostSettings>
