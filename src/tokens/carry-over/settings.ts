import { createPublicKey } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { onOff, orNone, quoted, SettingFault, setting, settingGroup, text } from '../../platform/setting.ts'

/** RFC 7518 §3.2: a shorter secret can be guessed. */
export const LEAST_CARRY_OVER_BYTES = 32

const DAY_MS = 86_400_000

export const carryOverSettings = settingGroup('Session carry-over', {
  secret: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'CARRY_OVER_SECRET',
      {
        default: 'none',
        isSecret: true,
        description:
          'The key that verifies the tokens of the server that Latchkey replaces: its secret (`SIMPLE_JWT["SIGNING_KEY"]`, or ' +
          "Django's `SECRET_KEY`) for HS256, HS384 or HS512, or its public key in PEM for RS256, RS384, RS512, ES256 or EdDSA. " +
          'Latchkey then accepts the access tokens of that server until they expire, and exchanges each of its refresh tokens once ' +
          'for a session. `none` switches this off.',
      },
      readVerificationKey,
    ),
  ),
  until: orNone(
    setting(
      Type.Integer(),
      'CARRY_OVER_UNTIL',
      {
        default: 'none',
        description:
          'The last day (UTC) on which tokens of the replaced server are accepted, such as `2027-01-31`. Required with ' +
          '`CARRY_OVER_SECRET`. Choose the day of the switch plus the lifetime of a refresh token.',
      },
      readDay,
      (value) => new Date(value - 1).toISOString().slice(0, 10),
    ),
  ),
  mayBeGuessed: onOff('CARRY_OVER_SECRET_MAY_BE_GUESSED', {
    default: 'false',
    description:
      'Accepts a `CARRY_OVER_SECRET` of fewer than 32 bytes. Anyone who guesses it can log in as any user until ' +
      '`CARRY_OVER_UNTIL`. An attacker needs only one token to test guesses without asking the server.',
  }),
  userIdClaim: text('CARRY_OVER_USER_ID_CLAIM', {
    default: 'user_id',
    description:
      'In tokens of the replaced server, the claim with the `uid` of the account: `SIMPLE_JWT["USER_ID_CLAIM"]`.',
  }),
  tokenTypeClaim: orNone(
    text('CARRY_OVER_TOKEN_TYPE_CLAIM', {
      default: 'token_type',
      description:
        'In tokens of the replaced server, the claim that says `access` or `refresh`: `SIMPLE_JWT["TOKEN_TYPE_CLAIM"]`. ' +
        'With `none`, all of them are access tokens, as in applications that use jsonwebtoken.',
    }),
  ),
  tokenIdClaim: text('CARRY_OVER_JTI_CLAIM', {
    default: 'jti',
    description: 'In tokens of the replaced server, the claim with the id of the token: `SIMPLE_JWT["JTI_CLAIM"]`.',
  }),
  refreshExpClaim: text('CARRY_OVER_REFRESH_EXP_CLAIM', {
    default: 'refresh_exp',
    description:
      'In sliding tokens of the replaced server, the claim with the time until which they can be refreshed: ' +
      '`SIMPLE_JWT["SLIDING_TOKEN_REFRESH_EXP_CLAIM"]`.',
  }),
  issuer: orNone(
    text('CARRY_OVER_ISSUER', {
      default: 'none',
      description: 'The only `iss` that is accepted in tokens of the replaced server.',
    }),
  ),
  audience: orNone(
    text('CARRY_OVER_AUDIENCE', {
      default: 'none',
      description: 'The only `aud` that is accepted in tokens of the replaced server.',
    }),
  ),
})

export type CarryOverSettings = Static<typeof carryOverSettings>

/** Whether the key is a public one in PEM. Otherwise it is a secret. */
export function isPem(key: string): boolean {
  return key.startsWith('-----BEGIN ')
}

function readVerificationKey(given: string): string {
  const key = given.replaceAll('\\n', '\n').trim()
  if (!isPem(key)) return given
  if (key.includes('PRIVATE KEY')) {
    throw new SettingFault('is a private key. Latchkey needs only the public one: SIMPLE_JWT["VERIFYING_KEY"].')
  }
  if (!['rsa', 'ec', 'ed25519'].includes(keyTypeOf(key) ?? '')) {
    throw new SettingFault('looks like a PEM but contains no public key for RS256, ES256 or EdDSA.')
  }
  return key
}

function keyTypeOf(pem: string): string | undefined {
  try {
    return createPublicKey(pem).asymmetricKeyType
  } catch {
    return undefined
  }
}

/** The end of a day, in epoch milliseconds. */
function readDay(day: string): number {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== day) {
    throw new SettingFault(`${quoted(day)} is not a day. Write year, month and day, such as 2027-01-31.`)
  }
  return start + DAY_MS
}
