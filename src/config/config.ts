import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type AccountSettings, accountSettings, defaultLoginWith } from '../accounts/settings.ts'
import { type AuditSettings, auditSettings } from '../audit/settings.ts'
import { type HookSettings, hookSettings } from '../hooks/settings.ts'
import { type DjoserSettings, djoserSettings } from '../http/djoser/settings.ts'
import { type SiteSettings, siteSettings } from '../http/pages/settings.ts'
import { defaultPublicUrl, type HttpSettings, httpSettings } from '../http/settings.ts'
import { type KeySettings, keySettings, readSecretKey } from '../keys/settings.ts'
import { defaultSender, type MailSettings, mailSettings } from '../mail/settings.ts'
import { type MetricsSettings, metricsSettings } from '../metrics/settings.ts'
import { type MfaSettings, mfaSettings } from '../mfa/settings.ts'
import {
  defaultHashConcurrency,
  defaultServiceNames,
  FilterFileError,
  type HashCostSettings,
  hashCostSettings,
  type PasswordSettings,
  passwordSettings,
  readFilterHeader,
} from '../passwords/settings.ts'
import type { Random } from '../platform/random.ts'
import { type EffectiveSetting, SettingFault } from '../platform/setting.ts'
import { type PostSettings, postSettings } from '../posts/settings.ts'
import { type RateLimitSettings, rateLimitSettings } from '../rate-limits/settings.ts'
import { type ServiceSettings, serviceSettings } from '../services/settings.ts'
import { type SessionSettings, sessionSettings } from '../sessions/settings.ts'
import { type StorageSettings, storageSettings } from '../storage/settings.ts'
import { type CarryOverSettings, carryOverSettings } from '../tokens/carry-over/settings.ts'
import { type TokenSettings, tokenSettings } from '../tokens/settings.ts'
import { type WebhookSettings, webhookSettings } from '../webhooks/settings.ts'
import { changedDefaults } from './compatibility.ts'
import { ConfigError } from './config-error.ts'
import { findContradictions } from './contradictions.ts'
import { describeSource, type EnvFilePlace, findEnvFile } from './env-file-place.ts'
import { findConfigModule } from './find-config-module.ts'
import { type GeneralSettings, generalSettings } from './general-settings.ts'
import { gatherSettings } from './given-settings.ts'
import { findKeptSecretKey, keptSecretKey } from './kept-secret-key.ts'
import { createSettingReader } from './setting-reader.ts'
import { allSettingFacts } from './settings.ts'

/** All settings, checked, with every default filled in. Frozen. */
export type Config = {
  debug: boolean
  debugOnPublicUrl: boolean
  compatibility: GeneralSettings['compatibility']
  log: { level: GeneralSettings['logLevel']; format: GeneralSettings['logFormat'] }
  http: HttpSettings
  /** The path of a SQLite file is absolute. */
  storage: StorageSettings
  keys: KeySettings
  tokens: TokenSettings & {
    /** Whether only tokens in this server's own form are accepted; false under `COMPATIBILITY=simplejwt`. */
    isStrict: boolean
  }
  sessions: SessionSettings
  carryOver: CarryOverSettings
  mfa: MfaSettings
  services: ServiceSettings
  accounts: AccountSettings
  /** `isOn`: DJOSER. */
  djoser: DjoserSettings & { isOn: boolean }
  site: SiteSettings
  /** The path of the filter is absolute. */
  passwords: PasswordSettings & { hash: HashCostSettings }
  audit: AuditSettings
  posts: PostSettings
  rateLimits: RateLimitSettings
  /** The paths of folders are absolute. */
  mail: MailSettings
  /** The path is absolute. */
  hooks: HookSettings
  webhooks: WebhookSettings
  metrics: MetricsSettings
  /** All current settings, for display. Contains no secrets. */
  effective: readonly EffectiveSetting[]
}

/** Where a configuration comes from. */
export type ConfigSource = {
  environment: Readonly<Record<string, string | undefined>>
  /** The folder of the `.env` file; relative paths start here. */
  workingDirectory: string
  /**
   * The file of settings that `--env-file` names; `none`: no such file is read. Default: the one that
   * `LATCHKEY_ENV_FILE` names, else `.env` in the working directory.
   */
  envFile?: 'none' | { path: string } | undefined
  /**
   * The names of the settings that a command needs. Errors in other settings are ignored, and their defaults are used.
   * Default: all.
   */
  needs?: ReadonlySet<string> | undefined
  /** Whether DEBUG is on by default: `npm start`. Default false. */
  debugByDefault?: boolean
  /**
   * What to do if SECRET_KEY is not set. `make` (default): with DEBUG, generate a secret and store it. `keep`: the
   * same, but never generate one, for commands beside a running server. `none`: use an empty text, for commands that
   * need no secret.
   */
  missingSecretKey?: 'make' | 'keep' | 'none'
  /** Generates a development server's secret. */
  random: Random
}

/** The environment of this process: the only place in the sources that reads it. */
export function processEnvironment(): Record<string, string | undefined> {
  return { ...process.env }
}

const dayMs = 86_400_000

/**
 * Reads and checks all settings from the environment and the `.env` file. With DEBUG and no SECRET_KEY, it generates
 * one and stores it beside the SQLite file or in `data/`. It writes nothing else.
 *
 * @throws ConfigError with all faults at once
 */
export function loadConfig(source: ConfigSource): Config {
  const { environment, workingDirectory, debugByDefault = false, missingSecretKey = 'make' } = source
  const place = envFilePlace(source)
  const given = gatherSettings(environment, workingDirectory, allSettingFacts(), place)
  const reader = createSettingReader(given.texts)

  const general = reader.readGroup(generalSettings, {
    debug: () => debugByDefault,
    logFormat: (read) => (read.debug ? 'text' : 'json'),
  })
  const { debug, debugOnPublicUrl, compatibility, djoser: isDjoserOn, logLevel, logFormat } = general
  reader.useDefaults(changedDefaults(compatibility, isDjoserOn))
  const http = reader.readGroup(httpSettings, { publicUrl: defaultPublicUrl })
  const storage = reader.readGroup(storageSettings)
  const maySecretKeyBeMissing = debug || missingSecretKey === 'none'
  const keys = reader.readGroup(keySettings, { secretKey: () => (maySecretKeyBeMissing ? '' : readSecretKey('')) })
  const tokens = reader.readGroup(tokenSettings, { issuer: () => http.publicUrl })
  const sessions = reader.readGroup(sessionSettings, {
    sessionLifetimeMs: () => Math.max(30 * dayMs, tokens.refreshTokenLifetimeMs),
  })
  const carryOver = reader.readGroup(carryOverSettings)
  const mfa = reader.readGroup(mfaSettings)
  const services = reader.readGroup(serviceSettings)
  const accounts = reader.readGroup(accountSettings, {
    loginField: ({ usernameField }) => usernameField,
    requiredFields: ({ usernameField }) => (usernameField === 'username' ? ['email'] : []),
    loginWith: (read) => defaultLoginWith(read, compatibility === 'simplejwt'),
  })
  const { protocol, host } = new URL(http.publicUrl)
  const djoser = reader.readGroup(djoserSettings, {
    frontendProtocol: () => (protocol === 'https:' ? 'https' : 'http'),
    frontendDomain: () => host,
  })
  const site = reader.readGroup(siteSettings)
  const passwords = reader.readGroup(passwordSettings, {
    serviceNames: () => defaultServiceNames(http.publicUrl),
    hashConcurrency: () => defaultHashConcurrency(availableParallelism(), threadPoolSize(environment)),
  })
  const breachedPasswords = passwords.breachedPasswords && resolve(workingDirectory, passwords.breachedPasswords)
  reader.check('BREACHED_PASSWORDS', () => checkPasswordFilter(breachedPasswords))
  const hash = reader.readGroup(hashCostSettings)
  const audit = reader.readGroup(auditSettings)
  const posts = reader.readGroup(postSettings, { sampleResources: () => debug })
  const rateLimits = reader.readGroup(rateLimitSettings)
  const mail = reader.readGroup(mailSettings, { from: () => defaultSender(http.publicUrl) })

  const hooks = reader.readGroup(hookSettings, { configModule: () => findConfigModule(workingDirectory) })
  const webhooks = reader.readGroup(webhookSettings, { allowPrivate: () => debug })
  const metrics = reader.readGroup(metricsSettings)

  const isNeeded = (name: string | undefined) => name === undefined || source.needs?.has(name) !== false
  const contradictions = findContradictions({
    hash,
    http,
    mail,
    tokens,
    accounts,
    djoser: { ...djoser, isOn: isDjoserOn },
    carryOver,
    mfa,
    debug: debug && !debugOnPublicUrl,
  }).filter(({ between }) => !between.some(reader.isFaulty) && between.every(isNeeded))
  const faults = [
    ...reader.faults,
    ...contradictions.map(({ sentence }) => ({ sentence, about: undefined })),
    ...given.faults,
  ]
  const needed = faults.filter(({ about }) => isNeeded(about)).map(({ sentence }) => sentence)
  if (needed.length > 0) throw new ConfigError(needed, describeSource(place))

  const databaseUrl = withAbsolutePath('sqlite:', storage.databaseUrl, workingDirectory)
  return deepFreeze({
    debug,
    debugOnPublicUrl,
    compatibility,
    log: { level: logLevel, format: logFormat },
    http,
    storage: { ...storage, databaseUrl },
    // Last, so that refused settings leave nothing behind.
    keys: { ...keys, secretKey: keys.secretKey || substituteSecretKey(databaseUrl, source) },
    tokens: { ...tokens, isStrict: compatibility !== 'simplejwt' },
    sessions,
    carryOver,
    mfa,
    services,
    accounts,
    djoser: { ...djoser, isOn: isDjoserOn },
    site,
    passwords: { ...passwords, breachedPasswords, hash },
    audit,
    posts,
    rateLimits,
    mail: {
      ...mail,
      url: mail.url && withAbsolutePath('file:', mail.url, workingDirectory),
      templates: mail.templates && resolve(workingDirectory, mail.templates),
    },
    hooks: { ...hooks, configModule: hooks.configModule && resolve(workingDirectory, hooks.configModule) },
    webhooks,
    metrics,
    effective: reader.effective(),
  })
}

function envFilePlace({ envFile, environment, workingDirectory }: ConfigSource): EnvFilePlace | undefined {
  if (envFile === 'none') return undefined
  return findEnvFile({ environment, workingDirectory, option: envFile?.path })
}

/**
 * The value that libuv derives from it: the number of threads, which hashing shares with files and name look-ups.
 * Undefined if it is not set.
 */
function threadPoolSize({ UV_THREADPOOL_SIZE: text = '' }: ConfigSource['environment']): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined
}

function withAbsolutePath(scheme: string, url: string, workingDirectory: string): string {
  return url.startsWith(scheme) ? `${scheme}${resolve(workingDirectory, url.slice(scheme.length))}` : url
}

/** @throws SettingFault if the server cannot use the file as a filter */
function checkPasswordFilter(path: string | undefined): void {
  try {
    if (path !== undefined) readFilterHeader(path)
  } catch (error) {
    throw error instanceof FilterFileError ? new SettingFault(`${path} ${error.message}`) : error
  }
}

/** @throws ConfigError */
function substituteSecretKey(databaseUrl: string, source: ConfigSource): string {
  const { workingDirectory, missingSecretKey = 'make', random } = source
  if (missingSecretKey === 'none') return ''
  const folder = databaseUrl.startsWith('sqlite:')
    ? dirname(databaseUrl.slice('sqlite:'.length))
    : resolve(workingDirectory, 'data')
  const path = join(folder, 'secret-key')
  try {
    return missingSecretKey === 'keep' ? findKeptSecretKey(path) : keptSecretKey(path, random)
  } catch (error) {
    if (error instanceof SettingFault) throw new ConfigError([`SECRET_KEY: ${error.message}`])
    throw error
  }
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part)
  }
  return Object.freeze(value)
}
