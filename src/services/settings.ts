import { type Static, Type } from 'typebox'
import { sha256 } from '../platform/digest.ts'
import { SettingFault, setting, settingGroup } from '../platform/setting.ts'
import type { ServiceCredential } from './service-credential.ts'

const minSecretLength = 32

const cure =
  'Write NAME:SECRET, or several separated by commas. A secret has at least 32 characters. Create one with: ' +
  "node -e \"console.log(require('node:crypto').randomBytes(32).toString('base64url'))\""

export const serviceSettings = settingGroup('Services', {
  serviceCredentials: setting(
    Type.Array(Type.Object({ name: Type.String(), secretDigest: Type.String() })),
    'SERVICE_CREDENTIALS',
    {
      default: 'none',
      isSecret: true,
      form: 'list',
      description:
        'The services that may introspect and revoke tokens and read the session feed: `NAME:SECRET`, separated ' +
        'by commas. List a name twice while you replace its secret.',
    },
    (text) => {
      const items = text.split(/[,\n]/).map((item) => item.trim())
      return text.trim().toLowerCase() === 'none' ? [] : items.filter((item) => item !== '').map(readCredential)
    },
  ),
})

export type ServiceSettings = Static<typeof serviceSettings>

/**
 * Keeps only the digest of the secret. @throws SettingFault, which shows no part of the entry: any part may be the
 * secret
 */
function readCredential(item: string, index: number): ServiceCredential {
  const refuse = (sentence: string) => new SettingFault(`entry ${index + 1} ${sentence} ${cure}`)
  const [, name, secret = ''] = /^([^:]+):(.*)$/.exec(item) ?? []
  if (name === undefined) throw refuse('has no name before a colon.')
  if (!/^[\w.-]{1,64}$/.test(name)) throw refuse('has a name with characters other than letters, digits, _ . and -.')
  if (secret.length < minSecretLength) throw refuse(`has a secret of only ${secret.length} characters.`)
  if (!/^[\x21-\x7e]+$/.test(secret)) throw refuse('has a secret with spaces or non-ASCII characters.')
  return { name, secretDigest: sha256(secret) }
}
