import type { GeneralSettings } from './general-settings.ts'

/**
 * The defaults that change with COMPATIBILITY, as a person would write them; each can still be set. With `simplejwt`,
 * they are what the classic contract promises: a full lifetime at every rotation, tokens that return with a reactivated
 * account, no issuer, and so on.
 */
export const compatibilityDefaults: Record<GeneralSettings['compatibility'], Readonly<Record<string, string>>> = {
  none: {},
  simplejwt: {
    ALGORITHM: 'HS256',
    ISSUER: 'none',
    SESSION_LIFETIME: 'none',
    ROTATE_REFRESH_TOKENS: 'true',
    // Most front ends for SimpleJWT keep their first refresh token. This serves them and those that store the new one.
    BLACKLIST_AFTER_ROTATION: 'false',
    REFRESH_RETRY_WINDOW: '0s',
    REUSE_ENDS_SESSION: 'false',
    REVOKE_ON_PASSWORD_CHANGE: 'false',
    CHECK_SESSION: 'false',
    END_SESSIONS_ON_DEACTIVATION: 'false',
    USERNAME_CASE_SENSITIVE: 'true',
    TRIM_PASSWORDS: 'true',
    SERVICE_NAMES: 'none',
  },
}
