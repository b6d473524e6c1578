import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { sha256 } from '../../../src/platform/digest.ts'
import { type LimitName, limitNames, limits } from '../../../src/rate-limits/limits.ts'
import { rateLimitSettings } from '../../../src/rate-limits/settings.ts'
import { breachedPasswordsFile } from '../breached-passwords.ts'
import { goodSecret } from '../config-folder.ts'
import profileSchema from '../profile-schema.json' with { type: 'json' }
import { carryOverSettingRows } from './carry-over.ts'
import { connectionSettingRows } from './connection.ts'
import { deliveryRows } from './delivery.ts'
import { djoserRow, djoserSettingRows, userFieldRows } from './djoser.ts'
import { factorSettingRows } from './factors.ts'
import { otherSecret, type SettingRow } from './setting-row.ts'
import { siteSettingRows } from './site.ts'

const minute = 60_000
const day = 86_400_000
const profileSchemaFile = join(import.meta.dirname, '../profile-schema.json')

/** Every setting, in the order of the manual. */
export const settingRows: SettingRow[] = [
  { name: 'DEBUG', byDefault: false, written: 'true', read: true, in: (c) => c.debug },
  {
    name: 'DEBUG_ON_PUBLIC_URL',
    byDefault: false,
    written: 'true',
    read: true,
    in: (c) => c.debugOnPublicUrl,
  },
  { name: 'COMPATIBILITY', byDefault: 'none', written: 'simplejwt', read: 'simplejwt', in: (c) => c.compatibility },
  djoserRow,
  { name: 'LOG_LEVEL', byDefault: 'info', written: 'DEBUG', read: 'debug', in: (c) => c.log.level },
  { name: 'LOG_FORMAT', byDefault: 'json', written: 'Text', read: 'text', in: (c) => c.log.format },
  { name: 'HOST', byDefault: '127.0.0.1', written: '::1', read: '::1', in: (c) => c.http.host },
  { name: 'PORT', byDefault: 8000, written: '0', read: 0, in: (c) => c.http.port },
  {
    name: 'PUBLIC_URL',
    byDefault: 'http://127.0.0.1:8000',
    written: 'https://auth.example.org/',
    read: 'https://auth.example.org',
    in: (c) => c.http.publicUrl,
  },
  {
    name: 'TRUSTED_PROXIES',
    byDefault: [],
    written: '10.0.0.5, fd00::/8',
    read: ['10.0.0.5', 'fd00::/8'],
    in: (c) => c.http.trustedProxies,
  },
  {
    name: 'FORWARDED_HEADER',
    byDefault: 'x-forwarded-for',
    written: 'Forwarded',
    read: 'forwarded',
    in: (c) => c.http.forwardedHeader,
  },
  {
    name: 'ALLOWED_ORIGINS',
    byDefault: [],
    written: 'https://app.example.org',
    read: ['https://app.example.org'],
    in: (c) => c.http.allowedOrigins,
  },
  {
    name: 'ALLOWED_HEADERS',
    byDefault: [
      ...['X-CSRFToken', 'X-Requested-With', 'traceparent', 'tracestate', 'sentry-trace', 'baggage'],
      ...['Cache-Control', 'Pragma'],
    ],
    written: 'X-Tenant, baggage',
    read: ['X-Tenant', 'baggage'],
    in: (c) => c.http.allowedHeaders,
  },
  {
    name: 'COOKIE_DOMAIN',
    byDefault: undefined,
    written: '.Example.org',
    read: 'example.org',
    beside: { PUBLIC_URL: 'https://auth.example.org' },
    in: (c) => c.http.cookieDomain,
  },
  ...connectionSettingRows,
  {
    name: 'AUTH_HEADER_TYPES',
    byDefault: ['Bearer'],
    written: 'Bearer,JWT',
    read: ['Bearer', 'JWT'],
    in: (c) => c.http.authHeaderTypes,
  },
  {
    name: 'DATABASE_URL',
    byDefault: expect.stringMatching(/^sqlite:.*latchkey-config-.*data.latchkey\.sqlite3$/),
    written: 'postgres://u:p@db/latchkey',
    read: 'postgres://u:p@db/latchkey',
    in: (c) => c.storage.databaseUrl,
  },
  { name: 'DATABASE_WAIT', byDefault: minute, written: '0s', read: 0, in: (c) => c.storage.databaseWaitMs },
  {
    name: 'DATABASE_STATEMENT_TIMEOUT',
    byDefault: 10_000,
    written: '2s',
    read: 2_000,
    in: (c) => c.storage.statementTimeoutMs,
  },
  {
    name: 'DATABASE_PREPARED_STATEMENTS',
    byDefault: true,
    written: 'false',
    read: false,
    in: (c) => c.storage.preparesStatements,
  },
  { name: 'SECRET_KEY', byDefault: goodSecret, written: otherSecret, read: otherSecret, in: (c) => c.keys.secretKey },
  {
    name: 'SECRET_KEY_FALLBACKS',
    byDefault: [],
    written: `${otherSecret},${otherSecret}!`,
    read: [otherSecret, `${otherSecret}!`],
    in: (c) => c.keys.secretKeyFallbacks,
  },
  { name: 'ALGORITHM', byDefault: 'ES256', written: 'EdDSA', read: 'EdDSA', in: (c) => c.keys.algorithm },
  {
    name: 'SIGNING_KEY_LIFETIME',
    byDefault: 90 * day,
    written: '2w',
    read: 14 * day,
    in: (c) => c.keys.signingKeyLifetimeMs,
  },
  {
    name: 'ACCESS_TOKEN_LIFETIME',
    byDefault: 5 * minute,
    written: '90s',
    read: 90_000,
    in: (c) => c.tokens.accessTokenLifetimeMs,
  },
  {
    name: 'REFRESH_TOKEN_LIFETIME',
    byDefault: day,
    written: '7d',
    read: 7 * day,
    in: (c) => c.tokens.refreshTokenLifetimeMs,
  },
  { name: 'LEEWAY', byDefault: 0, written: '30s', read: 30_000, in: (c) => c.tokens.leewayMs },
  { name: 'ISSUER', byDefault: 'http://127.0.0.1:8000', written: 'us', read: 'us', in: (c) => c.tokens.issuer },
  { name: 'AUDIENCE', byDefault: undefined, written: 'api', read: 'api', in: (c) => c.tokens.audience },
  { name: 'USER_ID_CLAIM', byDefault: 'user_id', written: 'uid', read: 'uid', in: (c) => c.tokens.userIdClaim },
  { name: 'GROUPS_CLAIM', byDefault: undefined, written: 'roles', read: 'roles', in: (c) => c.tokens.groupsClaim },
  {
    name: 'PERMISSIONS_CLAIM',
    byDefault: undefined,
    written: 'https://example.org/may',
    read: 'https://example.org/may',
    in: (c) => c.tokens.permissionsClaim,
  },
  {
    name: 'SESSION_LIFETIME',
    byDefault: 30 * day,
    written: 'none',
    read: undefined,
    in: (c) => c.sessions.sessionLifetimeMs,
  },
  ...flag('ROTATE_REFRESH_TOKENS', true, (c) => c.sessions.rotateRefreshTokens),
  ...flag('BLACKLIST_AFTER_ROTATION', true, (c) => c.sessions.blacklistAfterRotation),
  {
    name: 'REFRESH_RETRY_WINDOW',
    byDefault: 10_000,
    written: 'until-used',
    read: Number.POSITIVE_INFINITY,
    in: (c) => c.sessions.refreshRetryWindowMs,
  },
  ...flag('REUSE_ENDS_SESSION', true, (c) => c.sessions.reuseEndsSession),
  {
    name: 'MAXIMUM_SESSIONS_PER_ACCOUNT',
    byDefault: 100,
    written: 'none',
    read: undefined,
    in: (c) => c.sessions.maximumSessionsPerAccount,
  },
  ...flag('REVOKE_ON_PASSWORD_CHANGE', true, (c) => c.sessions.revokeOnPasswordChange),
  ...flag('CHECK_SESSION', true, (c) => c.sessions.checkSession),
  {
    name: 'RECENT_LOGIN_LIFETIME',
    byDefault: 15 * minute,
    written: '1h',
    read: 60 * minute,
    in: (c) => c.sessions.recentLoginLifetimeMs,
  },
  ...flag('UPDATE_LAST_LOGIN', true, (c) => c.sessions.updateLastLogin),
  ...flag('END_SESSIONS_ON_DEACTIVATION', true, (c) => c.sessions.endSessionsOnDeactivation),
  ...carryOverSettingRows,
  ...factorSettingRows,
  {
    name: 'SERVICE_CREDENTIALS',
    byDefault: [],
    written: `orders:${otherSecret}`,
    read: [{ name: 'orders', secretDigest: sha256(otherSecret) }],
    in: (c) => c.services.serviceCredentials,
  },
  ...flag('USERNAME_CASE_SENSITIVE', false, (c) => c.accounts.usernameCaseSensitive),
  ...userFieldRows,
  {
    name: 'LOGIN_WITH',
    byDefault: ['username'],
    written: 'phone, email',
    read: ['email', 'phone'],
    in: (c) => c.accounts.loginWith,
  },
  {
    name: 'DEFAULT_PHONE_REGION',
    byDefault: undefined,
    written: 'de',
    read: 'DE',
    in: (c) => c.accounts.defaultPhoneRegion,
  },
  { name: 'ACCOUNT_UID', byDefault: 'integer', written: 'uuid7', read: 'uuid7', in: (c) => c.accounts.accountUid },
  { name: 'REGISTRATION', byDefault: 'open', written: 'closed', read: 'closed', in: (c) => c.accounts.registration },
  ...flag('REQUIRE_VERIFIED_EMAIL', false, (c) => c.accounts.requireVerifiedEmail),
  {
    name: 'PROFILE_SCHEMA_FILE',
    byDefault: undefined,
    written: profileSchemaFile,
    read: { ...profileSchema, additionalProperties: false },
    in: (c) => c.accounts.profileSchema,
  },
  ...djoserSettingRows,
  ...siteSettingRows,
  ...flag('TRIM_PASSWORDS', false, (c) => c.passwords.trimPasswords),
  {
    name: 'MINIMUM_PASSWORD_LENGTH',
    byDefault: 8,
    written: '15',
    read: 15,
    in: (c) => c.passwords.minimumLength,
  },
  {
    name: 'SERVICE_NAMES',
    byDefault: ['latchkey'],
    written: 'Example, Beispiel',
    read: ['Example', 'Beispiel'],
    in: (c) => c.passwords.serviceNames,
  },
  {
    name: 'BREACHED_PASSWORDS',
    byDefault: undefined,
    written: breachedPasswordsFile,
    read: breachedPasswordsFile,
    in: (c) => c.passwords.breachedPasswords,
  },
  ...flag('ALLOW_WEAK_HASHES', false, (c) => c.passwords.allowWeakHashes),
  {
    name: 'HASH_CONCURRENCY',
    byDefault: Math.min(availableParallelism(), 3),
    written: '7',
    read: 7,
    in: (c) => c.passwords.hashConcurrency,
  },
  { name: 'HASH_QUEUE_LIMIT', byDefault: 64, written: '0', read: 0, in: (c) => c.passwords.hashQueueLimit },
  { name: 'HASH_MEMORY_KIB', byDefault: 19_456, written: '8', read: 8, in: (c) => c.passwords.hash.memoryKib },
  { name: 'HASH_PASSES', byDefault: 2, written: '3', read: 3, in: (c) => c.passwords.hash.passes },
  { name: 'HASH_LANES', byDefault: 1, written: '4', read: 4, in: (c) => c.passwords.hash.lanes },
  { name: 'AUDIT_RETENTION', byDefault: 400 * day, written: '30d', read: 30 * day, in: (c) => c.audit.retentionMs },
  ...flag('SAMPLE_RESOURCES', false, (c) => c.posts.sampleResources),
  { name: 'RATE_LIMITS', byDefault: true, written: 'off', read: false, in: (c) => c.rateLimits.isOn },
  ...limitNames.map(limit),
  ...deliveryRows,
]

function flag(name: string, byDefault: boolean, find: SettingRow['in']): SettingRow[] {
  return [{ name, byDefault, written: String(!byDefault), read: !byDefault, in: find }]
}

function limit(name: LimitName): SettingRow {
  const { setting, default: text } = limits[name]
  const byDefault = rateLimitSettings.properties[name].setting.read(text)
  return {
    name: setting,
    byDefault,
    written: '3/90s',
    read: { count: 3, windowMs: 90_000 },
    in: (c) => c.rateLimits[name],
  }
}
