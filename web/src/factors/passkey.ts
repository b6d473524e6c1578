/** Options and answers of WebAuthn as JSON (WebAuthn Level 3 §5.1): what the server sends and takes. */
type Json = Record<string, unknown>

/** The person closed the browser's dialog, or took too long. That is not an error. */
export function isAbandoned(error: unknown): boolean {
  return error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name)
}

/** Creates a passkey on this device or on a security key. @throws DOMException */
export async function createPasskey(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  return jsonOf(await navigator.credentials.create({ publicKey }))
}

/**
 * Proves a passkey.
 *
 * @param conditional offers passkeys in the list at the user name field, and waits until one is chosen
 * @throws DOMException
 */
export async function usePasskey(options: Json, conditional?: AbortSignal): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  const how = conditional && { mediation: 'conditional' as const, signal: conditional }
  return jsonOf(await navigator.credentials.get({ publicKey, ...how }))
}

/** Whether this browser can offer passkeys beside the user name. */
export async function hasConditionalUi(): Promise<boolean> {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true
}

/** Whether this browser supports the JSON form of passkeys. Older ones cannot use passkeys here. */
export const hasPasskeySupport =
  'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in window.PublicKeyCredential

/** Whether this browser can use a kind of factor. */
export const worksHere = (factor: string) => factor !== 'passkey' || hasPasskeySupport

/** Tells the authenticator which passkeys of the account are left, so that it no longer offers removed ones (Signal API). */
export async function signalPasskeys(rpId: string, userId: string, ids: readonly string[]): Promise<void> {
  const signals = PublicKeyCredential as unknown as {
    signalAllAcceptedCredentials?(facts: {
      rpId: string
      userId: string
      allAcceptedCredentialIds: string[]
    }): Promise<void>
  }
  await signals.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds: [...ids] }).catch(() => {})
}

function jsonOf(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('there is no passkey', 'NotAllowedError')
  return credential.toJSON() as unknown as Json
}
