import { type Static, type TString, Type } from 'typebox'
import {
  type Declaration,
  duration,
  orNone,
  quoted,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
  text,
} from '../platform/setting.ts'
import { reservedClaimNames } from './claims.ts'

/** Accepts names that are URIs (RFC 7519 §4.2), but not two leading underscores (`__proto__`). */
const claimNamePattern = /^(?!__)[A-Za-z_][\w.:/#-]{0,99}$/

export const tokenSettings = settingGroup('Tokens', {
  accessTokenLifetimeMs: duration('ACCESS_TOKEN_LIFETIME', {
    default: '5m',
    shortest: '1s',
    isWholeSeconds: true,
    description: 'How long an access token is valid.',
  }),
  refreshTokenLifetimeMs: duration('REFRESH_TOKEN_LIFETIME', {
    default: '1d',
    shortest: '1s',
    isWholeSeconds: true,
    description: 'How long a refresh token is valid. A user who stays away longer must log in again.',
  }),
  leewayMs: duration('LEEWAY', {
    default: '0s',
    isWholeSeconds: true,
    description: 'The clock difference between machines that Latchkey tolerates when it checks the times in a token.',
  }),
  issuer: orNone(
    text('ISSUER', {
      derivedDefault: 'the value of `PUBLIC_URL`',
      description: 'The `iss` claim of issued tokens, and the only one accepted. `none` leaves the claim out.',
    }),
  ),
  audience: orNone(
    text('AUDIENCE', {
      default: 'none',
      description: 'The `aud` claim of issued tokens, and the only one accepted.',
    }),
  ),
  userIdClaim: claimName('USER_ID_CLAIM', {
    default: 'user_id',
    description: 'The claim that contains the id of the account.',
  }),
  groupsClaim: orNone(
    rightsClaim('GROUPS_CLAIM', {
      default: 'none',
      description: "The claim of access tokens that lists the names of the account's groups, such as `groups`.",
    }),
  ),
  permissionsClaim: orNone(
    rightsClaim('PERMISSIONS_CLAIM', {
      default: 'none',
      description: "The claim of access tokens that lists the account's permissions, such as `permissions`.",
    }),
  ),
})

export type TokenSettings = Static<typeof tokenSettings>

/** A claim with a name of our choice. It must not be confused with the standard claim for the account's id. */
function rightsClaim(name: string, declaration: Declaration): Setting<TString> {
  const { setting: facts, ...schema } = claimName(name, declaration)
  return setting(schema, name, declaration, (text) => {
    if (text === 'sub') {
      throw new SettingFault('"sub" is a standard claim with its own meaning. Choose another name, such as groups.')
    }
    return facts.read(text) as string
  })
}

function claimName(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ pattern: claimNamePattern.source }), name, declaration, (text) => {
    if (!claimNamePattern.test(text)) {
      throw new SettingFault(
        `${quoted(text)} is not a valid claim name. Use letters, digits and underscores, such as user_id.`,
      )
    }
    if ((reservedClaimNames as readonly string[]).includes(text)) {
      throw new SettingFault(
        `${quoted(text)} is a claim that Latchkey sets itself. Choose another name, such as user_id.`,
      )
    }
    return text
  })
}
