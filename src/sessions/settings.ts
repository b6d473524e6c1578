import type { Static } from 'typebox'
import { duration, onOff, orNone, settingGroup } from '../platform/setting.ts'

export const sessionSettings = settingGroup('Sessions', {
  sessionLifetimeMs: orNone(
    duration('SESSION_LIFETIME', {
      derivedDefault: '`30d`, or `REFRESH_TOKEN_LIFETIME` if that is longer',
      shortest: '1s',
      isWholeSeconds: true,
      description: 'How long a session lasts at most, however often it is refreshed; `none` for no end.',
    }),
  ),
  rotateRefreshTokens: onOff('ROTATE_REFRESH_TOKENS', {
    default: 'true',
    description: 'Whether each refresh gives out a new refresh token.',
  }),
  blacklistAfterRotation: onOff('BLACKLIST_AFTER_ROTATION', {
    default: 'true',
    description: 'Whether the refresh token that was sent is void after that.',
  }),
  refreshRetryWindowMs: duration('REFRESH_RETRY_WINDOW', {
    default: '10s',
    description:
      'For how long after a rotation the same refresh token may be sent again and gets the same successor: for two tabs ' +
      'that refresh at once, and for answers that were lost. `0s` for never.',
  }),
  reuseEndsSession: onOff('REUSE_ENDS_SESSION', {
    default: 'true',
    description:
      'Whether a used refresh token that is sent outside that window ends its session; other sessions live on.',
  }),
  revokeOnPasswordChange: onOff('REVOKE_ON_PASSWORD_CHANGE', {
    default: 'true',
    description: 'Whether a change of password ends the other sessions of the account.',
  }),
  checkSession: onOff('CHECK_SESSION', {
    default: 'true',
    description: "Whether an access token dies with its session, on the server's own endpoints.",
  }),
  recentLoginLifetimeMs: duration('RECENT_LOGIN_LIFETIME', {
    default: '15m',
    shortest: '1s',
    description:
      'For how long after a login the most sensitive things may be done, such as replacing signing keys; later one must ' +
      'log in again.',
  }),
  updateLastLogin: onOff('UPDATE_LAST_LOGIN', {
    default: 'true',
    description: 'Whether a login is noted as the last one of its account.',
  }),
  endSessionsOnDeactivation: onOff('END_SESSIONS_ON_DEACTIVATION', {
    default: 'true',
    description:
      'Whether deactivating an account ends its sessions for good; otherwise reactivating it brings them back.',
  }),
})

export type SessionSettings = Static<typeof sessionSettings>
