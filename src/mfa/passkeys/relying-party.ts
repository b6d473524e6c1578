import { isIP } from 'node:net'

/**
 * The relying party of passkeys (WebAuthn Level 3 §5.4.2): the domain they belong to, and the origins that may use
 * them.
 */
export type RelyingParty = { id: string; name: string; origins: string[] }

/**
 * The relying party of this server. Undefined if PUBLIC_URL has an IP address: browsers bind passkeys to domains only.
 *
 * @param rpId PASSKEY_RP_ID; undefined: the host of PUBLIC_URL
 * @param otherOrigins PASSKEY_ORIGINS
 */
export function relyingParty(
  publicUrl: string,
  { rpId, otherOrigins, name }: { rpId: string | undefined; otherOrigins: readonly string[]; name: string },
): RelyingParty | undefined {
  const { hostname, origin } = new URL(publicUrl)
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  if (isAddress) return undefined
  return { id: rpId ?? hostname, name, origins: [origin, ...otherOrigins] }
}
