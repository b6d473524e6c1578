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
        'The secret of this server, at least 32 bytes. It signs tokens with HS256 and encrypts the private keys ' +
        'in the database; Latchkey derives all other server keys from it. With `DEBUG`, Latchkey generates one ' +
        'and keeps it in the file `secret-key` beside the database.',
    },
    readSecretKey,
  ),
  secretKeyFallbacks: list(
    'SECRET_KEY_FALLBACKS',
    {
      default: 'none',
      isSecret: true,
      description:
        'Previous values of `SECRET_KEY`, newest first. Latchkey still accepts what they signed and decrypts ' +
        'what they encrypted, but does not use them for anything new. Remove one when the last refresh token ' +
        'issued under it has expired.',
    },
    readSecretKey,
  ),
  algorithm: choice('ALGORITHM', ['HS256', 'ES256', 'EdDSA', 'RS256'], {
    default: 'ES256',
    description:
      'The algorithm that signs tokens: `HS256`, `ES256`, `EdDSA` or `RS256`. All but `HS256` use key pairs, ' +
      'which Latchkey creates, publishes and rotates.',
  }),
  signingKeyLifetimeMs: duration('SIGNING_KEY_LIFETIME', {
    default: '90d',
    shortest: '1m',
    description: 'How long a key pair signs tokens before the next one takes over.',
  }),
})

export type KeySettings = Static<typeof keySettings>

/** @throws SettingFault */
export function readSecretKey(text: string): string {
  const fault = findSecretKeyFault(text)
  if (fault !== undefined) throw new SettingFault(fault)
  return text
}
