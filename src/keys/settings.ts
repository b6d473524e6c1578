import { type Static, Type } from 'typebox'
import { choice, duration, list, SettingFault, setting, settingGroup } from '../platform/setting.ts'
import { findSecretKeyFault } from './secret-key-policy.ts'

export const keySettings = settingGroup('Keys', {
  secretKey: setting(
    Type.String({ minLength: 1 }),
    'SECRET_KEY',
    {
      derivedDefault: 'none; required unless `DEBUG`',
      isSecret: true,
      description:
        'The secret of this server, 32 bytes or more. It signs with HS256, seals the private keys in the database, and every ' +
        'other server key is derived from it. With `DEBUG` one is made and kept in the file `secret-key` beside the ' +
        'database.',
    },
    readSecretKey,
  ),
  secretKeyFallbacks: list(
    'SECRET_KEY_FALLBACKS',
    {
      default: 'none',
      isSecret: true,
      description:
        'Former values of `SECRET_KEY`, the latest first. What they signed or sealed stays good; nothing new is made with ' +
        'them. Take them out once the last refresh token made under them has expired.',
    },
    readSecretKey,
  ),
  algorithm: choice('ALGORITHM', ['HS256', 'ES256', 'EdDSA', 'RS256'], {
    default: 'ES256',
    description:
      'What tokens are signed with: `HS256`, `ES256`, `EdDSA` or `RS256`. All but `HS256` use key pairs, which the server ' +
      'makes, publishes and rotates.',
  }),
  signingKeyLifetimeMs: duration('SIGNING_KEY_LIFETIME', {
    default: '90d',
    shortest: '1m',
    description: 'How long a key pair signs before its successor takes over.',
  }),
})

export type KeySettings = Static<typeof keySettings>

/** @throws SettingFault */
export function readSecretKey(text: string): string {
  const fault = findSecretKeyFault(text)
  if (fault !== undefined) throw new SettingFault(fault)
  return text
}
