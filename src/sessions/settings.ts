import type { Static } from 'typebox'
import { duration, onOff, orNone, settingGroup } from '../platform/setting.ts'

export const sessionSettings = settingGroup('Sessions', {
  sessionLifetimeMs: orNone(
    duration('SESSION_LIFETIME', {
      derivedDefault: '`30d`, or `REFRESH_TOKEN_LIFETIME` if that is longer',
      shortest: '1s',
      isWholeSeconds: true,
      description: 'The longest time a session can last, however often it is refreshed. `none` sets no limit.',
    }),
  ),
  rotateRefreshTokens: onOff('ROTATE_REFRESH_TOKENS', {
    default: 'true',
    description: 'Whether each refresh returns a new refresh token.',
  }),
  blacklistAfterRotation: onOff('BLACKLIST_AFTER_ROTATION', {
    default: 'true',
    description: 'Whether a refresh token stops working once it has been exchanged for a new one.',
  }),
  refreshRetryWindowMs: duration('REFRESH_RETRY_WINDOW', {
    default: '10s',
    description:
      'How long after a rotation a client may send the same refresh token again and get the same new one. This ' +
      'is for two tabs that refresh at once and for lost responses. `0s` turns it off.',
  }),
  reuseEndsSession: onOff('REUSE_ENDS_SESSION', {
    default: 'true',
    description:
      'Whether Latchkey ends the session if a used refresh token comes back after that window. Other sessions ' +
      'continue.',
  }),
  revokeOnPasswordChange: onOff('REVOKE_ON_PASSWORD_CHANGE', {
    default: 'true',
    description: "Whether a password change ends the account's other sessions.",
  }),
  checkSession: onOff('CHECK_SESSION', {
    default: 'true',
    description: "Whether Latchkey's own endpoints refuse an access token as soon as its session has ended.",
  }),
  recentLoginLifetimeMs: duration('RECENT_LOGIN_LIFETIME', {
    default: '15m',
    shortest: '1s',
    description:
      'How long after a login a user may perform the most sensitive operations, such as replacing signing ' +
      'keys. After that, they must log in again.',
  }),
  updateLastLogin: onOff('UPDATE_LAST_LOGIN', {
    default: 'true',
    description: "Whether a login updates the account's time of last login.",
  }),
  endSessionsOnDeactivation: onOff('END_SESSIONS_ON_DEACTIVATION', {
    default: 'true',
    description:
      'Whether deactivating an account ends its sessions for good. If not, activating the account revives them.',
  }),
})

export type SessionSettings = Static<typeof sessionSettings>
