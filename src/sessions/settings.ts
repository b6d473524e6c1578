import { type Static, type TUnsafe, Type } from 'typebox'
import { duration, integer, onOff, orNone, type Setting, settingGroup } from '../platform/setting.ts'

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
  refreshRetryWindowMs: orUntilUsed(
    duration('REFRESH_RETRY_WINDOW', {
      default: '10s',
      description:
        'How long after a rotation a client may send the same refresh token again and get the same new one. This ' +
        'is for two tabs that refresh at once and for lost responses. `0s` turns it off. With `until-used`, the client may ' +
        'do so until the new token is first presented. Use that for phones that lose power before they store it. The ' +
        'price: until then a thief who copied the old token gets the new one too, and nobody notices.',
    }),
  ),
  reuseEndsSession: onOff('REUSE_ENDS_SESSION', {
    default: 'true',
    description:
      'Whether Latchkey ends the session if a used refresh token comes back after `REFRESH_RETRY_WINDOW`. Other ' +
      'sessions continue.',
  }),
  maximumSessionsPerAccount: orNone(
    integer('MAXIMUM_SESSIONS_PER_ACCOUNT', {
      default: '100',
      minimum: 1,
      maximum: 1_000_000,
      description:
        'How many sessions an account may have at the same time; `none` for any number. A login beyond that ends the session ' +
        'that was unused for longest.',
    }),
  ),
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

/** The same duration, which may also be `until-used`: infinitely long. */
function orUntilUsed({ setting: facts, ...schema }: ReturnType<typeof duration>): Setting<TUnsafe<number>> {
  const read = (text: string) => (text.toLowerCase() === 'until-used' ? Number.POSITIVE_INFINITY : facts.read(text))
  const write = (value: unknown) => (value === Number.POSITIVE_INFINITY ? 'until-used' : facts.write(value))
  return Object.assign(Type.Unsafe<number>(schema), { setting: { ...facts, read, write } })
}
