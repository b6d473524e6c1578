import { isLoopbackHost } from '../../../platform/loopback.ts'

import type { Check } from './check.ts'

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
  /** Undefined where nobody asks: its check takes the time. */
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
export function settingsChecks(settings: CheckedSettings): Check[] {
  return [...exposureChecks(settings), ...durationChecks(settings), ...mailChecks(settings), ...djoserChecks(settings)]
}

/** Times that let stolen tokens live on. */
function durationChecks({ tokens, sessions }: CheckedSettings): Check[] {
  const checks: Check[] = []
  const judge = (subject: string, value: unknown, limits: { advice: number; problem: number }, message: string) => {
    if (typeof value !== 'number' || value <= limits.advice) return
    checks.push({ subject, verdict: value > limits.problem ? 'problem' : 'advice', message })
  }
  judge(
    'ACCESS_TOKEN_LIFETIME',
    tokens.accessTokenLifetimeMs,
    { advice: 60 * MINUTE_MS, problem: DAY_MS },
    'is long: other services accept a stolen access token until it expires. Set an hour or less.',
  )
  judge(
    'REFRESH_TOKEN_LIFETIME',
    tokens.refreshTokenLifetimeMs,
    { advice: 90 * DAY_MS, problem: 400 * DAY_MS },
    'is long: a stolen device stays logged in for that time after its last use. Set 90 days or less.',
  )
  judge(
    'LEEWAY',
    tokens.leewayMs,
    { advice: 2 * MINUTE_MS, problem: 10 * MINUTE_MS },
    'is long: tokens are accepted that long after they expire. Synchronise the clocks, and set a minute or less.',
  )
  judge(
    'REFRESH_RETRY_WINDOW',
    sessions.refreshRetryWindowMs,
    { advice: 2 * MINUTE_MS, problem: 60 * MINUTE_MS },
    'is long: within it, a stolen refresh token works beside its successor and nobody notices. Set a minute or less.',
  )
  if (!sessions.revokeOnPasswordChange) {
    checks.push({
      subject: 'REVOKE_ON_PASSWORD_CHANGE',
      verdict: 'advice',
      message: 'is off, so a thief stays logged in after the owner has changed the password. Set it to true.',
    })
  }
  return checks
}

/** What needs mail and has none. */
function mailChecks({ debug, accounts, mail }: CheckedSettings): Check[] {
  if (debug || mail.url !== undefined) return []
  const checks: Check[] = []
  if (accounts.registration === 'invite') {
    const message = 'is invite, but MAIL_URL is not set: nobody receives an invitation. Set MAIL_URL.'
    checks.push({ subject: 'REGISTRATION', verdict: 'problem', message })
  }
  if (accounts.requireVerifiedEmail) {
    const message = 'is on, but MAIL_URL is not set: nobody can confirm an address, so nobody can log in. Set MAIL_URL.'
    checks.push({ subject: 'REQUIRE_VERIFIED_EMAIL', verdict: 'problem', message })
  }
  return checks
}

/** What keeps djoser's paths from working, or tells strangers too much. */
function djoserChecks({ debug, djoser, mail }: CheckedSettings): Check[] {
  if (!djoser.isOn) return []
  const checks: Check[] = []
  if (djoser.sendsActivationEmail && mail.url === undefined && !debug) {
    const message = 'is on, but MAIL_URL is not set: nobody can activate an account. Set MAIL_URL.'
    checks.push({ subject: 'SEND_ACTIVATION_EMAIL', verdict: 'problem', message })
  }
  for (const [subject, url, path] of [
    ['PASSWORD_RESET_CONFIRM_URL', djoser.passwordResetConfirmUrl, 'users/reset_password/'],
    ['USERNAME_RESET_CONFIRM_URL', djoser.usernameResetConfirmUrl, 'users/reset_username/'],
  ] as const) {
    if (url !== undefined) continue
    const message = `is not set, so ${path} mails nothing. Set it, if your front end has such a page.`
    checks.push({ subject, verdict: 'advice', message })
  }
  for (const [subject, isOn] of [
    ['PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND', djoser.passwordResetShowEmailNotFound],
    ['USERNAME_RESET_SHOW_EMAIL_NOT_FOUND', djoser.usernameResetShowEmailNotFound],
  ] as const) {
    if (!isOn) continue
    const message = 'is on, so anybody can find out who has an account. Set it to false.'
    checks.push({ subject, verdict: 'advice', message })
  }
  return checks
}

/** What opens the server to others. */
function exposureChecks(settings: CheckedSettings): Check[] {
  const { debug, http, isSecretKeySet, keys, passwords, rateLimits } = settings
  const isDevelopment = debug || !isSecretKeySet
  const publicSign = signOfPublicity(settings)
  const checks: Check[] = []
  const problem = (subject: string, message: string) => checks.push({ subject, verdict: 'problem', message })
  const advise = (subject: string, message: string) => checks.push({ subject, verdict: 'advice', message })

  if (debug && publicSign !== undefined) {
    problem(
      'DEBUG',
      `is on, but ${publicSign}. Set DEBUG=false and a SECRET_KEY. Development mode is open to everybody.`,
    )
  }
  if (!debug && !isSecretKeySet && publicSign !== undefined) {
    problem(
      'SECRET_KEY',
      `is not set, but ${publicSign}. Set it. The one in use was generated by a development server.`,
    )
  }
  if (keys.secretKey !== '' && estimatedBits(keys.secretKey) < LEAST_SECRET_BITS) {
    problem('SECRET_KEY', 'has too few different characters to be random. Create one with: openssl rand -hex 32')
  }
  if (!isDevelopment && http.publicUrl.startsWith('http:')) {
    problem('PUBLIC_URL', `is ${http.publicUrl}, which is plain http. Set it to the https origin that clients use.`)
  }
  if (!isDevelopment && passwords.hash.memoryKib * passwords.hash.passes < LEAST_HASH_WORK) {
    problem('HASH_MEMORY_KIB', 'and HASH_PASSES make hashes cheaper than OWASP recommends. Remove both settings.')
  }
  if (http.publicUrl.startsWith('https:') && http.trustedProxies.length === 0) {
    advise('TRUSTED_PROXIES', 'is empty, so every client appears to have the address of your TLS proxy. Add the proxy.')
  }
  if (!isDevelopment && !rateLimits.isOn) {
    advise('RATE_LIMITS', 'is off, so attackers can guess passwords without limit. Use this only for tests.')
  }
  for (const [limit, rate] of Object.entries(rateLimits)) {
    if (isDevelopment || !rateLimits.isOn || rate !== undefined || !limit.startsWith('login-')) continue
    const subject = `LIMIT_${limit.replaceAll('-', '_').toUpperCase()}`
    advise(subject, 'is off, so attackers can guess more passwords. Remove this setting.')
  }
  if (passwords.allowWeakHashes) {
    advise('ALLOW_WEAK_HASHES', 'is on. Remove it when all users with weak imported hashes have logged in.')
  }
  return checks
}

/** A sign that others than the developer can reach the server; undefined if there is none. */
function signOfPublicity({ http, storage }: CheckedSettings): string | undefined {
  const { protocol, hostname } = new URL(http.publicUrl)
  if (protocol === 'https:') return 'PUBLIC_URL is an https origin'
  if (!isLoopbackHost(hostname)) return 'others can reach PUBLIC_URL'
  if (!isLoopbackHost(http.host)) return 'others can reach HOST'
  return isRemoteDatabase(storage.databaseUrl) ? 'the database is on another machine' : undefined
}

/** Without a host, it is reached through a socket of this machine. */
function isRemoteDatabase(url: string): boolean {
  if (!url.startsWith('postgres')) return false
  const { hostname } = new URL(url)
  return hostname !== '' && !isLoopbackHost(hostname)
}

/** Shannon's estimate from the frequencies of the characters: low for few different ones, and blind to words. */
function estimatedBits(secret: string): number {
  const counts = new Map<string, number>()
  for (const character of secret) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / secret.length)
  return bits
}
