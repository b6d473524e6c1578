import { type Static, type TString, Type } from 'typebox'
import {
  duration,
  integer,
  list,
  onOff,
  orNone,
  quoted,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
} from '../platform/setting.ts'

/** A registrable name of a host, in ASCII. */
const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

export const mfaSettings = settingGroup('Second factors', {
  requiredFor: list(
    'SECOND_FACTOR_REQUIRED_FOR',
    {
      default: 'none',
      description:
        'Who must have a second factor: `all`, `staff`, `group:NAME`, or several of these. Accounts that have a factor ' +
        'must always use it. `none` requires it of nobody.',
    },
    readWhom,
  ),
  graceMs: duration('SECOND_FACTOR_GRACE', {
    default: '14d',
    description:
      'How long an account that must have a second factor can log in without one, counted from its first login. After ' +
      'that, its owner must set one up to log in.',
  }),
  totpLeewaySteps: integer('TOTP_LEEWAY_STEPS', {
    default: '1',
    minimum: 0,
    maximum: 2,
    description:
      'How far the clock of an authenticator app may be off, in steps of 30 seconds before and after the current one.',
  }),
  mailedCodes: onOff('MAILED_CODES', {
    default: 'false',
    description:
      'Whether users may choose a code by email as their second factor. It is the weakest one: anyone who can read the mail can ' +
      'reset the password too.',
  }),
  loginByMail: onOff('LOGIN_BY_MAIL', {
    default: 'false',
    description: 'Whether users may log in with a code that is mailed to their confirmed address, without a password.',
  }),
  trustedDeviceLifetimeMs: orNone(
    duration('TRUSTED_DEVICE_LIFETIME', {
      default: 'none',
      shortest: '1h',
      longest: '365d',
      isWholeSeconds: true,
      description:
        'For how long users may skip the second factor on a device that they chose to trust. `none`: they are always asked.',
    }),
  ),
  passkeyRpId: orNone(
    host('PASSKEY_RP_ID', {
      default: 'none',
      description:
        'The domain that passkeys belong to (the RP ID): with `none`, the host of `PUBLIC_URL`; otherwise a parent domain ' +
        'of it. Changing it makes all passkeys useless.',
    }),
  ),
  passkeyOrigins: list(
    'PASSKEY_ORIGINS',
    {
      default: 'none',
      description:
        'More origins that may use passkeys besides the one of `PUBLIC_URL`: your own pages (`https://app.example.org`) and ' +
        'Android apps (`android:apk-key-hash:…`).',
    },
    readOrigin,
  ),
  recoveryDelayMs: duration('RECOVERY_DELAY', {
    default: '0s',
    isWholeSeconds: true,
    description:
      'The delay before an action of an administrator takes effect: removing a factor or issuing a recovery code. Until ' +
      'then the owner, who gets an email at once, can cancel it. `0s`: no delay.',
  }),
  authenticationClaims: onOff('AUTHENTICATION_CLAIMS', {
    default: 'false',
    description:
      'Whether access tokens say when and how the user authenticated: `auth_time`, `amr` and `acr` (`1`: one factor, `2`: ' +
      'several, or a passkey that verified its user).',
  }),
})

export type MfaSettings = Static<typeof mfaSettings>

function readWhom(item: string): string {
  if (['all', 'staff'].includes(item.toLowerCase())) return item.toLowerCase()
  const [, name = ''] = /^group:(.+)$/i.exec(item) ?? []
  if (name.trim() === '') throw new SettingFault(`${quoted(item)} names nobody. Write all, staff or group:NAME.`)
  return `group:${name.trim()}`
}

function readOrigin(item: string): string {
  if (/^(android|ios):[\w:.+/=-]{1,200}$/.test(item)) return item
  const url = URL.parse(item)
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== item.replace(/\/$/, '')) {
    throw new SettingFault(`${quoted(item)} is not an origin. Write it like https://app.example.org.`)
  }
  return url.origin
}

function host(name: string, declaration: { default: string; description: string }): Setting<TString> {
  return setting(Type.String({ minLength: 1 }), name, declaration, (text) => {
    const lower = text.toLowerCase()
    if (/^[\d.]+$|:/.test(lower)) {
      throw new SettingFault(
        `${quoted(text)} is an address. Passkeys belong to a domain, never to an IP address: write a domain.`,
      )
    }
    if (!HOST.test(lower)) throw new SettingFault(`${quoted(text)} is not a domain. Write it like example.org.`)
    return lower
  })
}
