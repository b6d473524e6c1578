import { describe, expect, it } from 'vitest'
import { type CheckedSettings, settingsChecks } from './settings-checks.ts'

const DAY = 86_400_000

/** A server configured as it should be, with the changes of `change`. */
function findings(change: (settings: CheckedSettings) => void = () => {}): string[] {
  const settings: CheckedSettings = {
    debug: false,
    isSecretKeySet: true,
    http: { host: '127.0.0.1', publicUrl: 'https://auth.example.org', trustedProxies: ['127.0.0.1'] },
    storage: { databaseUrl: 'sqlite:/var/lib/latchkey.sqlite3' },
    keys: { secretKey: 'q7Bf0Wn4Xe9Kt2Vj6Rm1Ys8Dp3Lc5HgA' },
    accounts: { usernameCaseSensitive: false, registration: 'open', requireVerifiedEmail: false },
    tokens: { accessTokenLifetimeMs: 300_000, refreshTokenLifetimeMs: DAY, leewayMs: 0 },
    sessions: {
      rotateRefreshTokens: true,
      blacklistAfterRotation: true,
      refreshRetryWindowMs: 10_000,
      revokeOnPasswordChange: true,
    },
    mail: { url: undefined },
    djoser: {
      isOn: false,
      sendsActivationEmail: false,
      passwordResetConfirmUrl: undefined,
      usernameResetConfirmUrl: undefined,
      passwordResetShowEmailNotFound: false,
      usernameResetShowEmailNotFound: false,
    },
    passwords: { allowWeakHashes: false, hash: { memoryKib: 19_456, passes: 2 } },
    rateLimits: { isOn: true },
  }
  change(settings)
  return settingsChecks(settings).map(({ verdict, subject }) => `${verdict} ${subject}`)
}

describe('the checks of settings', () => {
  it('find nothing wrong with a server behind a proxy', () => {
    expect(findings()).toEqual([])
  })

  it("find what prevents djoser's links from being mailed, and what tells strangers too much", () => {
    const found = findings((settings) => {
      settings.djoser = {
        ...settings.djoser,
        isOn: true,
        sendsActivationEmail: true,
        usernameResetConfirmUrl: 'name/{uid}/{token}',
        passwordResetShowEmailNotFound: true,
      }
    })
    expect(found).toEqual([
      'problem SEND_ACTIVATION_EMAIL',
      'advice PASSWORD_RESET_CONFIRM_URL',
      'advice PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND',
    ])
  })

  it('find nothing wrong with a development server on its own machine', () => {
    const onLoopback = (settings: CheckedSettings) => {
      settings.http = { host: '127.0.0.1', publicUrl: 'http://localhost:8000', trustedProxies: [] }
      settings.rateLimits.isOn = false
      settings.passwords.hash = { memoryKib: 64, passes: 1 }
    }
    expect(findings((settings) => Object.assign(settings, { debug: true }, onLoopback(settings)))).toEqual([])
    expect(
      findings((settings) => {
        onLoopback(settings)
        settings.isSecretKeySet = false
      }),
    ).toEqual([])
  })

  it.each<[string, (settings: CheckedSettings) => void]>([
    ['an https origin', () => {}],
    ['an origin on another machine', (settings) => Object.assign(settings.http, { publicUrl: 'http://10.0.0.7:8000' })],
    [
      'an address that others can reach',
      (settings) => Object.assign(settings.http, { host: '0.0.0.0', publicUrl: 'http://localhost:8000' }),
    ],
    [
      'a database on another machine',
      (settings) => {
        settings.http.publicUrl = 'http://[::1]:8000'
        settings.storage.databaseUrl = 'postgres://u:p@db.example.org/latchkey'
      },
    ],
    [
      'one of two databases on another machine',
      (settings) => {
        settings.http.publicUrl = 'http://[::1]:8000'
        settings.storage.databaseUrl = 'postgres://u:p@localhost,db.example.org:5433/latchkey'
      },
    ],
  ])('object to DEBUG, and to a stored secret, with %s', (_, change) => {
    const ofDebug = findings((settings) => {
      settings.debug = true
      change(settings)
    })
    expect(ofDebug).toContain('problem DEBUG')
    const ofKeptSecret = findings((settings) => {
      settings.isSecretKeySet = false
      change(settings)
    })
    expect(ofKeptSecret).toContain('problem SECRET_KEY')
  })

  it.each<[string, (settings: CheckedSettings) => void]>([
    ['problem PUBLIC_URL', (settings) => Object.assign(settings.http, { publicUrl: 'http://auth.example.org' })],
    ['problem SECRET_KEY', (settings) => Object.assign(settings.keys, { secretKey: `${'ab'.repeat(20)}c` })],
    ['problem HASH_MEMORY_KIB', (settings) => Object.assign(settings.passwords.hash, { memoryKib: 8_192, passes: 1 })],
    ['advice TRUSTED_PROXIES', (settings) => Object.assign(settings.http, { trustedProxies: [] })],
    ['advice RATE_LIMITS', (settings) => Object.assign(settings.rateLimits, { isOn: false })],
    [
      'problem ACCESS_TOKEN_LIFETIME',
      (settings) => Object.assign(settings.tokens, { accessTokenLifetimeMs: 3_650 * DAY }),
    ],
    ['advice ACCESS_TOKEN_LIFETIME', (settings) => Object.assign(settings.tokens, { accessTokenLifetimeMs: DAY / 2 })],
    [
      'problem REFRESH_TOKEN_LIFETIME',
      (settings) => Object.assign(settings.tokens, { refreshTokenLifetimeMs: 3_650 * DAY }),
    ],
    ['problem LEEWAY', (settings) => Object.assign(settings.tokens, { leewayMs: DAY })],
    ['problem REFRESH_RETRY_WINDOW', (settings) => Object.assign(settings.sessions, { refreshRetryWindowMs: 2 * DAY })],
    [
      'advice REVOKE_ON_PASSWORD_CHANGE',
      (settings) => Object.assign(settings.sessions, { revokeOnPasswordChange: false }),
    ],
    ['problem REGISTRATION', (settings) => Object.assign(settings.accounts, { registration: 'invite' })],
    ['problem REQUIRE_VERIFIED_EMAIL', (settings) => Object.assign(settings.accounts, { requireVerifiedEmail: true })],
    [
      'advice LIMIT_LOGIN_PER_ACCOUNT',
      (settings) => Object.assign(settings.rateLimits, { 'login-per-account': undefined }),
    ],
    ['advice ALLOW_WEAK_HASHES', (settings) => Object.assign(settings.passwords, { allowWeakHashes: true })],
  ])('find: %s', (finding, change) => {
    expect(findings(change)).toEqual([finding])
  })

  it.each(['0123456789abcdef'.repeat(2), 'q7Bf0Wn4Xe9Kt2Vj6Rm1Ys8Dp3Lc5HgA', 'ééé9f86d081884c7d659a2feaa0c55ad015'])(
    'consider %j random enough',
    (secretKey) => {
      expect(findings((settings) => Object.assign(settings.keys, { secretKey }))).toEqual([])
    },
  )
})
