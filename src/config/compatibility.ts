import type { GeneralSettings } from './general-settings.ts'

/**
 * The defaults that change with COMPATIBILITY, as a person would write them; each can still be set. With `simplejwt`,
 * they are what the classic contract promises: a full lifetime at every rotation, tokens that work again after
 * reactivation, no issuer, and so on.
 */
export const compatibilityDefaults: Record<GeneralSettings['compatibility'], Readonly<Record<string, string>>> = {
  none: {},
  simplejwt: {
    ALGORITHM: 'HS256',
    ISSUER: 'none',
    SESSION_LIFETIME: 'none',
    ROTATE_REFRESH_TOKENS: 'true',
    // Most front ends for SimpleJWT keep their first refresh token. This setting serves those, and those that store the
    // new one.
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

/** djoser's paths as in a project that follows djoser's documentation. */
export const djoserDefaults: Readonly<Record<string, string>> = { AUTH_HEADER_TYPES: 'JWT, Bearer' }

/** djoser and SimpleJWT with their own defaults: no rotation, and no mail but djoser's own. */
export const exactDjoserDefaults: Readonly<Record<string, string>> = {
  ROTATE_REFRESH_TOKENS: 'false',
  UPDATE_LAST_LOGIN: 'false',
  SECURITY_NOTICES: 'none',
}

/** The defaults that COMPATIBILITY and DJOSER change together. */
export function changedDefaults(
  compatibility: GeneralSettings['compatibility'],
  isDjoserOn: boolean,
): Readonly<Record<string, string>> {
  const base = compatibilityDefaults[compatibility]
  if (!isDjoserOn) return base
  return { ...base, ...djoserDefaults, ...(compatibility === 'simplejwt' && exactDjoserDefaults) }
}
