import type { PhoneRule } from '../accounts/names/phone-number.ts'
import type { UsernameRule } from '../accounts/names/username.ts'
import { recordEvent } from '../audit/audit-store.ts'
import type { Config } from '../config/config.ts'
import type { SecurityNotices } from '../flows/mail/security-notices/notices.ts'
import type { Statistics } from '../flows/statistics/statistics.ts'
import { createReseal, type Reseal } from '../flows/upkeep/reseal.ts'
import { type GivenUrls, givenUrls, loadConfigModule, NO_URLS } from '../hooks/config-module.ts'
import { createHookRunner, type HookRunner } from '../hooks/hook-runner.ts'
import type { Hooks } from '../hooks/hooks.ts'
import type { UrlMap } from '../hooks/urls.ts'
import { createKeyRing, type KeyRing } from '../keys/key-ring.ts'
import type { Outbox } from '../mail/outbox.ts'
import { sealedMail } from '../mail/outbox-store.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { listSealedFactors, resealFactor } from '../mfa/factor-store.ts'
import { type BreachedPasswords, openBreachedPasswords } from '../passwords/breached/filter-file.ts'
import { createHashPool, type HashPool } from '../passwords/hash-pool.ts'
import { createNewPasswordCheck, type NewPasswordCheck } from '../passwords/new-password-check.ts'
import { createPasswordCheck, type PasswordCheck } from '../passwords/password-check.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Random } from '../platform/random.ts'
import { sealedKeys } from '../sessions/key-store.ts'
import type { Database } from '../storage/database.ts'
import { reservedClaimNames } from '../tokens/claims.ts'
import { createAsymmetricJwtKey, createHmacJwtKey } from '../tokens/jwt-key.ts'
import { sealedFormerSecrets, sealedWebhookSecrets } from '../webhooks/secrets.ts'
import { buildSeal } from './seal.ts'

/** The base of every other part. */
export type AppParts = {
  config: Config
  clock: Clock
  random: Random
  log: Logger
  /** Hooks given as functions. Default: those of the module that CONFIG_MODULE names. */
  hooks?: Hooks
  /** Paths given as an object. Default: those of that module. */
  urls?: UrlMap
}

/** Where flows put mail. Commands need only this, because the servers send it. */
export type Mailing = { outbox: Outbox; notices: SecurityNotices }

/** The parts that all flows share. */
export type Core = {
  database: Database
  keyRing: KeyRing
  passwords: PasswordCheck
  checkNewPassword: NewPasswordCheck
  usernameRule: UsernameRule
  mailing: Mailing
  hooks: HookRunner
  urls: GivenUrls
  metrics: Metrics
  statistics: Statistics
  hashPool: Pick<HashPool, 'running' | 'waiting'>
}

/** The deployment's hooks and paths: the ones that were passed, or those of its module. */
export async function loadOwnCode({ config, hooks, urls }: AppParts): Promise<{ hooks: Hooks; urls: GivenUrls }> {
  const isGiven = hooks !== undefined || urls !== undefined
  if (!isGiven) return loadConfigModule(config.hooks.configModule)
  return { hooks: hooks ?? {}, urls: urls === undefined ? NO_URLS : givenUrls('urls', urls) }
}

/** The rule for usernames in the settings; commands use the one stored in the database. */
export function configuredUsernameRule({ accounts }: Config): UsernameRule {
  return accounts.usernameCaseSensitive ? 'exact' : 'folded'
}

/** The rule for phone numbers. */
export function configuredPhoneRule({ accounts }: Config): PhoneRule {
  return { region: accounts.defaultPhoneRegion, isLoginName: accounts.loginWith.includes('phone') }
}

/** The name of this service in mail and in authenticators. */
export function serviceName({ mail, http }: Pick<Config, 'mail' | 'http'>): string {
  return mail.from.name === '' ? new URL(http.publicUrl).host : mail.from.name
}

/** The signing keys; empty until they are loaded. */
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

/** The deployment's hooks. They cannot set claims that have a meaning to this server or to verifiers of its tokens. */
export function buildHookRunner({ config, log }: AppParts, hooks: Hooks): HookRunner {
  const { userIdClaim, groupsClaim, permissionsClaim } = config.tokens
  const named = [userIdClaim, groupsClaim, permissionsClaim].filter((name) => name !== undefined)
  const reserved = [...reservedClaimNames, 'sub', ...named]
  return createHookRunner({ hooks, timeoutMs: config.hooks.timeoutMs, reservedClaims: reserved, log })
}

/** Hashes passwords, a limited number at a time. */
export function buildHashPool({ config, clock }: AppParts, onRefusal?: () => void): HashPool {
  const { hashConcurrency, hashQueueLimit } = config.passwords
  return createHashPool({
    concurrency: hashConcurrency,
    queueLimit: hashQueueLimit,
    clock,
    ...(onRefusal && { onRefusal }),
  })
}

/** Verifies and hashes passwords, in its own pool unless one is passed. */
export function buildPasswordCheck(parts: AppParts, pool: HashPool = buildHashPool(parts)): PasswordCheck {
  const { config, clock, random } = parts
  const { hash, allowWeakHashes } = config.passwords
  return createPasswordCheck({ pool, parameters: hash, allowWeakHashes, random, clock })
}

/** The filter of breached passwords, if one is set. @throws FilterFileError */
export async function openPasswordFilter({ passwords }: Config): Promise<BreachedPasswords | undefined> {
  return passwords.breachedPasswords === undefined ? undefined : openBreachedPasswords(passwords.breachedPasswords)
}

/**
 * Finds the faults of new passwords, wherever they come from.
 *
 * @param onUnreadable called if the filter could not be read; unless it throws, the password passes
 */
export function buildNewPasswordCheck(
  { passwords }: Config,
  breached?: BreachedPasswords,
  onUnreadable: (error: unknown) => void = () => {},
): NewPasswordCheck {
  return createNewPasswordCheck({ rules: passwords, breached, onUnreadable })
}

/** Builds the part that encrypts stored secrets again after SECRET_KEY was replaced. */
export function buildReseal({ config, random, log }: AppParts, database: Database): Reseal {
  return createReseal({
    database,
    seal: buildSeal({ config, random }),
    log,
    hasFallbacks: config.keys.secretKeyFallbacks.length > 0,
    rows: [
      { list: listSealedFactors, replace: resealFactor },
      sealedMail,
      sealedWebhookSecrets,
      sealedFormerSecrets,
      // Only this contract stores the keys of sessions.
      ...(config.tokens.isStrict ? [] : [sealedKeys]),
    ],
  })
}
