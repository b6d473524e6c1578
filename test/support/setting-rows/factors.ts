import type { SettingRow } from './setting-row.ts'

const day = 86_400_000

/** The settings of second factors, in the order of the manual. */
export const factorSettingRows: SettingRow[] = [
  {
    name: 'SECOND_FACTOR_REQUIRED_FOR',
    byDefault: [],
    written: 'Staff, group:finance',
    read: ['staff', 'group:finance'],
    in: (c) => c.mfa.requiredFor,
  },
  { name: 'SECOND_FACTOR_GRACE', byDefault: 14 * day, written: '0s', read: 0, in: (c) => c.mfa.graceMs },
  { name: 'TOTP_LEEWAY_STEPS', byDefault: 1, written: '0', read: 0, in: (c) => c.mfa.totpLeewaySteps },
  { name: 'MAILED_CODES', byDefault: false, written: 'true', read: true, in: (c) => c.mfa.mailedCodes },
  { name: 'LOGIN_BY_MAIL', byDefault: false, written: 'true', read: true, in: (c) => c.mfa.loginByMail },
  {
    name: 'TRUSTED_DEVICE_LIFETIME',
    byDefault: undefined,
    written: '30d',
    read: 30 * day,
    in: (c) => c.mfa.trustedDeviceLifetimeMs,
  },
  {
    name: 'PASSKEY_RP_ID',
    byDefault: undefined,
    written: 'Example.org',
    read: 'example.org',
    beside: { PUBLIC_URL: 'https://auth.example.org' },
    in: (c) => c.mfa.passkeyRpId,
  },
  {
    name: 'PASSKEY_ORIGINS',
    byDefault: [],
    written: 'https://app.example.org, android:apk-key-hash:abc',
    read: ['https://app.example.org', 'android:apk-key-hash:abc'],
    in: (c) => c.mfa.passkeyOrigins,
  },
  { name: 'RECOVERY_DELAY', byDefault: 0, written: '1d', read: day, in: (c) => c.mfa.recoveryDelayMs },
  {
    name: 'AUTHENTICATION_CLAIMS',
    byDefault: false,
    written: 'true',
    read: true,
    in: (c) => c.mfa.authenticationClaims,
  },
]
