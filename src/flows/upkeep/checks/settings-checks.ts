import { isLoopbackHost } from '../../../platform/loopback.ts'
import { urlsOfHosts } from '../../../storage/postgres/hosts.ts'
import type { SettingsCheck, SettingsCheckCode } from './check.ts'

/** The settings that are examined; each is valid by itself. */
export type CheckedSettings = {
  debug: boolean
  /** Whether SECRET_KEY is set; otherwise the stored secret of a development server is used. */
  isSecretKeySet: boolean
  http: { host: string; publicUrl: string; trustedProxies: readonly string[] }
  storage: { databaseUrl: string }
  keys: { secretKey: string }
  accounts: { usernameCaseSensitive: boolean; registration: string; requireVerifiedEmail: boolean }
  tokens: { accessTokenLifetimeMs: number; refreshTokenLifetimeMs: number; leewayMs: number }
  sessions: {
    rotateRefreshTokens: boolean
    blacklistAfterRotation: boolean
    refreshRetryWindowMs: unknown
    revokeOnPasswordChange: boolean
  }
  /** Undefined if the caller does not ask for it, because its check takes time. */
  carryOver?: { secret: string | undefined; until: number | undefined; mayBeGuessed: boolean }
  mail: { url: string | undefined }
  djoser: {
    isOn: boolean
    sendsActivationEmail: boolean
    passwordResetConfirmUrl: string | undefined
    usernameResetConfirmUrl: string | undefined
    passwordResetShowEmailNotFound: boolean
    usernameResetShowEmailNotFound: boolean
  }
  passwords: { allowWeakHashes: boolean; hash: { memoryKib: number; passes: number } }
  /** Beside the switch, each limit by its name; undefined: it is off. */
  rateLimits: { isOn: boolean; [limit: string]: unknown }
}

/** OWASP's minimum for argon2id, as memory in KiB times passes: 7 MiB and five passes, or an equivalent. */
const LEAST_HASH_WORK = 7_168 * 5
/** The minimum estimate for a secret, in bits: far below what 32 random bytes reach in any notation. */
const LEAST_SECRET_BITS = 80

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS

/** Finds settings that are valid, but weaken the server or keep a part of it from working. */
export function settingsChecks(settings: CheckedSettings): SettingsCheck[] {
  return [...exposureChecks(settings), ...durationChecks(settings), ...mailChecks(settings), ...djoserChecks(settings)]
}

/** Durations that keep stolen tokens valid. */
function durationChecks({ tokens, sessions }: CheckedSettings): SettingsCheck[] {
  const checks: SettingsCheck[] = []
  const judge = (
    code: SettingsCheckCode,
    subject: string,
    value: unknown,
    limits: { advice: number; problem: number },
    message: string,
  ) => {
    if (typeof value !== 'number' || value <= limits.advice) return
    checks.push({ code, params: {}, subject, verdict: value > limits.problem ? 'problem' : 'advice', message })
  }
  judge(
    'access_tokens_live_long',
    'ACCESS_TOKEN_LIFETIME',
    tokens.accessTokenLifetimeMs,
    { advice: 60 * MINUTE_MS, problem: DAY_MS },
    'is long: other services accept a stolen access token until it expires. Set an hour or less.',
  )
  judge(
    'refresh_tokens_live_long',
    'REFRESH_TOKEN_LIFETIME',
    tokens.refreshTokenLifetimeMs,
    { advice: 90 * DAY_MS, problem: 400 * DAY_MS },
    'is long: a stolen device stays logged in for that time after its last use. Set 90 days or less.',
  )
  judge(
    'leeway_is_long',
    'LEEWAY',
    tokens.leewayMs,
    { advice: 2 * MINUTE_MS, problem: 10 * MINUTE_MS },
    'is long: tokens are accepted that long after they expire. Synchronise the clocks, and set a minute or less.',
  )
  judge(
    'retry_window_is_long',
    'REFRESH_RETRY_WINDOW',
    sessions.refreshRetryWindowMs,
    { advice: 2 * MINUTE_MS, problem: 60 * MINUTE_MS },
    'is long: within it, a stolen refresh token works beside its successor and nobody notices. Set a minute or less.',
  )
  if (!sessions.revokeOnPasswordChange) {
    checks.push({
      code: 'sessions_survive_password_change',
      params: {},
      subject: 'REVOKE_ON_PASSWORD_CHANGE',
      verdict: 'advice',
      message: 'is off, so a thief stays logged in after the owner has changed the password. Set it to true.',
    })
  }
  return checks
}

/** Settings that need mail when there is none. */
function mailChecks({ debug, accounts, mail }: CheckedSettings): SettingsCheck[] {
  if (debug || mail.url !== undefined) return []
  const checks: SettingsCheck[] = []
  if (accounts.registration === 'invite') {
    const message = 'is invite, but MAIL_URL is not set: nobody receives an invitation. Set MAIL_URL.'
    checks.push({ code: 'invitations_need_mail', params: {}, subject: 'REGISTRATION', verdict: 'problem', message })
  }
  if (accounts.requireVerifiedEmail) {
    const message = 'is on, but MAIL_URL is not set: nobody can confirm an address, so nobody can log in. Set MAIL_URL.'
    checks.push({
      code: 'confirmations_need_mail',
      params: {},
      subject: 'REQUIRE_VERIFIED_EMAIL',
      verdict: 'problem',
      message,
    })
  }
  return checks
}

/** Settings that keep djoser's paths from working, or that reveal too much to strangers. */
function djoserChecks({ debug, djoser, mail }: CheckedSettings): SettingsCheck[] {
  if (!djoser.isOn) return []
  const checks: SettingsCheck[] = []
  if (djoser.sendsActivationEmail && mail.url === undefined && !debug) {
    const message = 'is on, but MAIL_URL is not set: nobody can activate an account. Set MAIL_URL.'
    checks.push({
      code: 'activations_need_mail',
      params: {},
      subject: 'SEND_ACTIVATION_EMAIL',
      verdict: 'problem',
      message,
    })
  }
  for (const [subject, url, path] of [
    ['PASSWORD_RESET_CONFIRM_URL', djoser.passwordResetConfirmUrl, 'users/reset_password/'],
    ['USERNAME_RESET_CONFIRM_URL', djoser.usernameResetConfirmUrl, 'users/reset_username/'],
  ] as const) {
    if (url !== undefined) continue
    const message = `is not set, so ${path} mails nothing. Set it, if your front end has such a page.`
    checks.push({ code: 'link_page_is_missing', params: { path }, subject, verdict: 'advice', message })
  }
  for (const [subject, isOn] of [
    ['PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND', djoser.passwordResetShowEmailNotFound],
    ['USERNAME_RESET_SHOW_EMAIL_NOT_FOUND', djoser.usernameResetShowEmailNotFound],
  ] as const) {
    if (!isOn) continue
    const message = 'is on, so anybody can find out who has an account. Set it to false.'
    checks.push({ code: 'accounts_are_revealed', params: {}, subject, verdict: 'advice', message })
  }
  return checks
}

/** Settings that open the server to others. */
function exposureChecks(settings: CheckedSettings): SettingsCheck[] {
  const { debug, http, isSecretKeySet, keys, passwords, rateLimits } = settings
  const isDevelopment = debug || !isSecretKeySet
  const publicSign = signOfPublicity(settings)
  const checks: SettingsCheck[] = []
  const add =
    (verdict: 'problem' | 'advice') =>
    (code: SettingsCheckCode, subject: string, message: string, params: Record<string, string> = {}) =>
      checks.push({ code, params, subject, verdict, message })
  const problem = add('problem')
  const advise = add('advice')

  if (debug && publicSign !== undefined) {
    problem(
      'debug_is_public',
      'DEBUG',
      `is on, but ${signWords[publicSign]}. Set DEBUG=false and a SECRET_KEY. Development mode is open to everybody.`,
      { sign: publicSign },
    )
  }
  if (!debug && !isSecretKeySet && publicSign !== undefined) {
    problem(
      'secret_of_development_is_public',
      'SECRET_KEY',
      `is not set, but ${signWords[publicSign]}. Set it. The one in use was generated by a development server.`,
      { sign: publicSign },
    )
  }
  if (keys.secretKey !== '' && estimatedBits(keys.secretKey) < LEAST_SECRET_BITS) {
    problem(
      'secret_is_not_random',
      'SECRET_KEY',
      'has too few different characters to be random. Create one with: openssl rand -hex 32',
    )
  }
  if (!isDevelopment && http.publicUrl.startsWith('http:')) {
    const message = `is ${http.publicUrl}, which is plain http. Set it to the https origin that clients use.`
    problem('public_url_is_plain_http', 'PUBLIC_URL', message, { url: http.publicUrl })
  }
  if (!isDevelopment && passwords.hash.memoryKib * passwords.hash.passes < LEAST_HASH_WORK) {
    problem(
      'hashes_are_cheap',
      'HASH_MEMORY_KIB',
      'and HASH_PASSES make hashes cheaper than OWASP recommends. Remove both settings.',
    )
  }
  if (http.publicUrl.startsWith('https:') && http.trustedProxies.length === 0) {
    advise(
      'proxy_is_unknown',
      'TRUSTED_PROXIES',
      'is empty, so every client appears to have the address of your TLS proxy. Add the proxy.',
    )
  }
  if (!isDevelopment && !rateLimits.isOn) {
    advise(
      'limits_are_off',
      'RATE_LIMITS',
      'is off, so attackers can guess passwords without limit. Use this only for tests.',
    )
  }
  for (const [limit, rate] of Object.entries(rateLimits)) {
    if (isDevelopment || !rateLimits.isOn || rate !== undefined || !limit.startsWith('login-')) continue
    const subject = `LIMIT_${limit.replaceAll('-', '_').toUpperCase()}`
    advise('login_limit_is_off', subject, 'is off, so attackers can guess more passwords. Remove this setting.')
  }
  if (passwords.allowWeakHashes) {
    advise(
      'weak_hashes_are_allowed',
      'ALLOW_WEAK_HASHES',
      'is on. Remove it when all users with weak imported hashes have logged in.',
    )
  }
  return checks
}

const signWords = {
  https: 'PUBLIC_URL is an https origin',
  public_url: 'others can reach PUBLIC_URL',
  host: 'others can reach HOST',
  database: 'the database is on another machine',
} as const

/** A sign that others than the developer can reach the server; undefined if there is none. */
function signOfPublicity({ http, storage }: CheckedSettings): keyof typeof signWords | undefined {
  const { protocol, hostname } = new URL(http.publicUrl)
  if (protocol === 'https:') return 'https'
  if (!isLoopbackHost(hostname)) return 'public_url'
  if (!isLoopbackHost(http.host)) return 'host'
  return isRemoteDatabase(storage.databaseUrl) ? 'database' : undefined
}

/** Without a host, it is reached through a socket of this machine. */
function isRemoteDatabase(url: string): boolean {
  if (!url.startsWith('postgres')) return false
  return urlsOfHosts(url)
    .map((one) => new URL(one).hostname)
    .some((hostname) => hostname !== '' && !isLoopbackHost(hostname))
}

/**
 * Shannon's estimate from the frequencies of the characters: low if there are few different ones, and blind to words.
 */
function estimatedBits(secret: string): number {
  const counts = new Map<string, number>()
  for (const character of secret) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / secret.length)
  return bits
}
