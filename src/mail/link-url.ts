import { type TString, Type } from 'typebox'
import { type Declaration, quoted, type Setting, SettingFault, setting } from '../platform/setting.ts'

/** The place of the secret in a mailed link. */
const TOKEN = '{token}'

/** The address of the operator's own page, which a mailed link opens. */
export function linkUrl(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ minLength: 1 }), name, declaration, readLinkUrl)
}

/** Puts the secret into the address. It consists of characters that need no escaping. */
export function linkTo(url: string, token: string): string {
  return url.replace(TOKEN, token)
}

function readLinkUrl(text: string): string {
  const example = 'Write it in full, such as https://app.example.org/reset?token={token}.'
  const parts = text.split(TOKEN)
  if (parts.length !== 2) throw new SettingFault(`${quoted(text)} must contain {token} exactly once. ${example}`)
  const url = URL.parse(linkTo(text, 'x'))
  const isAddress = url !== null && /^(?!javascript|data|file|blob)[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(text)
  if (!isAddress || /\s/.test(text)) throw new SettingFault(`${quoted(text)} is not an address. ${example}`)
  if (url.username !== '' || url.password !== '') throw new SettingFault(`contains a user name or password. ${example}`)
  // In front of the path, the secret would become part of a name that name servers see.
  if (!/^[^/]*:\/\/[^/?#]*[/?#]/.test(parts[0] ?? '')) throw new SettingFault(`has {token} in its host. ${example}`)
  return text
}
