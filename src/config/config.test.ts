import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aConfigFolder, goodSecret } from '../../test/support/config-folder.ts'
import { sha256 } from '../platform/digest.ts'
import type { Config } from './config.ts'
import { describeSettings } from './settings.ts'

const minute = 60_000
const day = 86_400_000
const otherSecret = 'q7Bf0Wn4Xe9Kt2Vj6Rm1Ys8Dp3Lc5HgA'

type Row = {
  name: string
  byDefault: unknown
  /** Another value, as it is written and as it is read. */
  written: string
  read: unknown
  in: (config: Config) => unknown
}

const rows: Row[] = [
  { name: 'DEBUG', byDefault: false, written: 'true', read: true, in: (c) => c.debug },
  { name: 'COMPATIBILITY', byDefault: 'none', written: 'simplejwt', read: 'simplejwt', in: (c) => c.compatibility },
  { name: 'LOG_LEVEL', byDefault: 'info', written: 'DEBUG', read: 'debug', in: (c) => c.log.level },
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
    name: 'ALLOWED_ORIGINS',
    byDefault: [],
    written: 'https://app.example.org',
    read: ['https://app.example.org'],
    in: (c) => c.http.allowedOrigins,
  },
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
    written: '500ms',
    read: 500,
    in: (c) => c.sessions.refreshRetryWindowMs,
  },
  ...flag('REUSE_ENDS_SESSION', true, (c) => c.sessions.reuseEndsSession),
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
  {
    name: 'SERVICE_CREDENTIALS',
    byDefault: [],
    written: `orders:${otherSecret}`,
    read: [{ name: 'orders', secretDigest: sha256(otherSecret) }],
    in: (c) => c.services.serviceCredentials,
  },
  ...flag('USERNAME_CASE_SENSITIVE', false, (c) => c.accounts.usernameCaseSensitive),
  { name: 'REGISTRATION', byDefault: 'open', written: 'closed', read: 'closed', in: (c) => c.accounts.registration },
  ...flag('REQUIRE_VERIFIED_EMAIL', false, (c) => c.accounts.requireVerifiedEmail),
  ...flag('TRIM_PASSWORDS', false, (c) => c.passwords.trimPasswords),
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
  {
    name: 'MAIL_URL',
    byDefault: undefined,
    written: 'smtp://mail.example.org',
    read: 'smtp://mail.example.org',
    in: (c) => c.mail.url,
  },
]

function flag(name: string, byDefault: boolean, find: Row['in']): Row[] {
  return [{ name, byDefault, written: String(!byDefault), read: !byDefault, in: find }]
}

describe('every setting', () => {
  it('is in the table of this test', () => {
    expect(rows.map(({ name }) => name)).toEqual(describeSettings().map(({ name }) => name))
  })

  it.each(rows)('$name has its default', (row) => {
    expect(row.in(aConfigFolder().load())).toEqual(row.byDefault)
  })

  it.each(rows)('$name can be set in the environment', (row) => {
    expect(row.in(aConfigFolder().load({ [row.name]: row.written }))).toEqual(row.read)
  })

  it.each(rows)('$name can be set in .env', (row) => {
    const folder = aConfigFolder()
    folder.write('.env', `${row.name}=${row.written}\n`)
    expect(row.in(folder.load({ SECRET_KEY: row.name === 'SECRET_KEY' ? undefined : goodSecret }))).toEqual(row.read)
  })

  it.each(rows)('$name counts as not set when it is empty', (row) => {
    const empty = row.name === 'SECRET_KEY' ? {} : { [row.name]: ' ' }
    expect(row.in(aConfigFolder().load(empty))).toEqual(row.byDefault)
  })
})

describe('secrets', () => {
  it.each(describeSettings().filter(({ isSecret }) => isSecret))(
    'reads $name from a file, less its last line break',
    ({ name }) => {
      const row = rows.find((row) => row.name === name)
      const folder = aConfigFolder()
      folder.write('secrets/value', `${row?.written}\r\n`)
      const secret = name === 'SECRET_KEY' ? { SECRET_KEY: undefined } : {}
      expect(row?.in(folder.load({ ...secret, [`${name}_FILE`]: 'secrets/value' }))).toEqual(row?.read)
    },
  )

  it('reads SECRET_KEY_FALLBACKS from a file with one a line', () => {
    const folder = aConfigFolder()
    folder.write('fallbacks', `${otherSecret}\n${goodSecret}\n`)
    const { keys } = folder.load({ SECRET_KEY_FALLBACKS_FILE: join(folder.path, 'fallbacks') })
    expect(keys.secretKeyFallbacks).toEqual([otherSecret, goodSecret])
  })
})

describe('COMPATIBILITY=simplejwt', () => {
  const changed: [string, unknown][] = [
    ['COMPATIBILITY', 'simplejwt'],
    ['ALGORITHM', 'HS256'],
    ['ISSUER', undefined],
    ['SESSION_LIFETIME', undefined],
    ['REFRESH_RETRY_WINDOW', 0],
    ['REUSE_ENDS_SESSION', false],
    ['REVOKE_ON_PASSWORD_CHANGE', false],
    ['CHECK_SESSION', false],
    ['END_SESSIONS_ON_DEACTIVATION', false],
    ['USERNAME_CASE_SENSITIVE', true],
    ['TRIM_PASSWORDS', true],
  ]

  it('changes these defaults and no others', () => {
    const config = aConfigFolder().load({ COMPATIBILITY: 'simplejwt' })
    const expected = new Map([...rows.map((row): [string, unknown] => [row.name, row.byDefault]), ...changed])
    for (const row of rows) expect([row.name, row.in(config)]).toEqual([row.name, expected.get(row.name)])
    expect(config.tokens.isStrict).toBe(false)
    expect(aConfigFolder().load().tokens.isStrict).toBe(true)
  })

  it.each(rows.filter(({ name }) => name !== 'COMPATIBILITY'))('lets $name be set by hand', (row) => {
    const config = aConfigFolder().load({ COMPATIBILITY: 'simplejwt', [row.name]: row.written })
    expect(row.in(config)).toEqual(row.read)
  })

  it.each([
    ['ALGORITHM', 'ES256', 'ES256'],
    ['ISSUER', 'https://auth.example.org', 'https://auth.example.org'],
    ['SESSION_LIFETIME', '30d', 30 * day],
    ['REFRESH_RETRY_WINDOW', '10s', 10_000],
    ['REUSE_ENDS_SESSION', 'true', true],
    ['REVOKE_ON_PASSWORD_CHANGE', 'true', true],
    ['CHECK_SESSION', 'true', true],
    ['END_SESSIONS_ON_DEACTIVATION', 'true', true],
    ['USERNAME_CASE_SENSITIVE', 'false', false],
    ['TRIM_PASSWORDS', 'false', false],
  ])('lets %s be set back to %s', (name, written, read) => {
    const row = rows.find((row) => row.name === name)
    expect(row?.in(aConfigFolder().load({ COMPATIBILITY: 'simplejwt', [name]: written }))).toEqual(read)
  })
})
