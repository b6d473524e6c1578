import type { UsernameRule } from './accounts/username.ts'
import { recordEvent } from './audit/audit-store.ts'
import type { Config } from './config/config.ts'
import { createMailDesk, type MailDesk } from './flows/mail-room.ts'
import { createHookRunner, type HookRunner } from './hooks/hook-runner.ts'
import type { Hooks } from './hooks/hooks.ts'
import { createKeyRing, type KeyRing } from './keys/key-ring.ts'
import { createHashPool } from './passwords/hash-pool.ts'
import { createPasswordCheck, type PasswordCheck } from './passwords/password-check.ts'
import type { Clock } from './platform/clock.ts'
import type { Logger } from './platform/log.ts'
import type { Random } from './platform/random.ts'
import { createSeal, type Seal } from './platform/seal.ts'
import type { Database } from './storage/database.ts'
import { reservedClaimNames } from './tokens/claims.ts'
import { createAsymmetricJwtKey, createHmacJwtKey } from './tokens/jwt-key.ts'

/** What everything is built of. */
export type AppParts = { config: Config; clock: Clock; random: Random; log: Logger }

/** The parts that flows of all kinds share. */
export type Core = {
  database: Database
  keyRing: KeyRing
  passwords: PasswordCheck
  usernameRule: UsernameRule
  mailDesk: MailDesk
  hooks: HookRunner
}

/** The rule for usernames that the settings ask for; commands go by the database's own. */
export function configuredUsernameRule({ accounts }: Config): UsernameRule {
  return accounts.usernameCaseSensitive ? 'exact' : 'folded'
}

/** The ring of signing keys; it is empty until it is loaded. */
export function buildKeyRing({ config, clock, random }: AppParts, database: Database): KeyRing {
  const { keys, tokens } = config
  return createKeyRing({
    database,
    seal: buildSeal({ config, random }),
    clock,
    recordEvent,
    makers: { createHmacJwtKey, createAsymmetricJwtKey },
    ...keys,
    isStrict: tokens.isStrict,
    longestTokenLifetimeMs: Math.max(tokens.accessTokenLifetimeMs, tokens.refreshTokenLifetimeMs),
  })
}

/** Seals what the database keeps secret. */
export function buildSeal({ config, random }: Pick<AppParts, 'config' | 'random'>): Seal {
  return createSeal({ secretKey: config.keys.secretKey, fallbacks: config.keys.secretKeyFallbacks, random })
}

/** Where flows hand in mail. */
export function buildMailDesk({ config, random }: AppParts): MailDesk {
  return createMailDesk({ settings: config.mail, debug: config.debug, seal: buildSeal({ config, random }), random })
}

/** The deployment's hooks. They may set no claim that means something to this server or to whoever verifies its tokens. */
export function buildHookRunner({ config, log }: AppParts, hooks: Hooks): HookRunner {
  const { userIdClaim, groupsClaim, permissionsClaim } = config.tokens
  const named = [userIdClaim, groupsClaim, permissionsClaim].filter((name) => name !== undefined)
  const reserved = [...reservedClaimNames, 'sub', ...named]
  return createHookRunner({ hooks, timeoutMs: config.hooks.timeoutMs, reservedClaims: reserved, log })
}

/** Checks and hashes passwords in a bounded pool of its own. */
export function buildPasswordCheck({ config, clock, random }: AppParts): PasswordCheck {
  const { hash, hashConcurrency, hashQueueLimit, allowWeakHashes } = config.passwords
  const pool = createHashPool({ concurrency: hashConcurrency, queueLimit: hashQueueLimit, clock })
  return createPasswordCheck({ pool, parameters: hash, allowWeakHashes, random, clock })
}
