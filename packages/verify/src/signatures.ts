import { compactVerify, decodeProtectedHeader, errors } from 'jose'
import type { Claims } from './claims.ts'
import type { KeySet, Keys } from './key-set.ts'
import { checkCompactForm, checkHeader, type TokenHeader } from './token-shape.ts'
import type { VerifiedToken } from './verified-token.ts'
import { VerifyError } from './verify-error.ts'

/** Checks signatures with the keys of the deployment, and nothing else. */
export type Signatures = {
  /**
   * The claims of a token with a valid signature, and the keys that verified it.
   *
   * @param types the accepted values of `typ`, in lower case
   * @throws VerifyError `token_not_valid`, `token_of_wrong_type`, `unavailable`
   */
  check(token: string, types: readonly string[]): Promise<{ claims: Claims; keys: Keys }>
  /** A token that these keys have verified before. */
  recall(token: string): Promise<VerifiedToken | undefined>
}

type SignatureParts = {
  algorithms: readonly string[]
  /** Undefined: only HS256 tokens are accepted. */
  keySet: KeySet | undefined
  /** The secret of HS256. Undefined: HS256 tokens are refused. */
  secretKeys: Keys | undefined
}

/**
 * The key decides about the algorithm, never the token: HS256 is checked only with the secret, everything else only
 * with public keys of the JWK Set (RFC 8725 §3.1, §3.2).
 */
export function createSignatures({ algorithms, keySet, secretKeys }: SignatureParts): Signatures {
  async function verify(token: string, header: TokenHeader): Promise<{ payload: Uint8Array; keys: Keys }> {
    const { keys, isLast } = await keysFor(header)
    try {
      return { payload: await payloadOf(token, keys), keys }
    } catch (error) {
      if (isLast || !(error instanceof errors.JWKSNoMatchingKey)) throw error
    }
    const newer = await keySet?.newerThan(keys)
    if (newer === undefined) throw new VerifyError('token_not_valid', { detail: 'its kid is unknown' })
    return { payload: await payloadOf(token, newer), keys: newer }
  }

  async function keysFor({ alg, kid }: TokenHeader): Promise<{ keys: Keys; isLast: boolean }> {
    if (alg === 'HS256') {
      if (secretKeys === undefined) throw new VerifyError('token_not_valid', { detail: 'there is no secret for HS256' })
      return { keys: secretKeys, isLast: true }
    }
    if (keySet === undefined) throw new VerifyError('token_not_valid', { detail: 'only HS256 is expected' })
    if (kid === undefined) throw new VerifyError('token_not_valid', { detail: 'its header has no kid' })
    return { keys: await keySet.current(), isLast: false }
  }

  async function payloadOf(token: string, keys: Keys): Promise<Uint8Array> {
    return (await compactVerify(token, keys.find, { algorithms: [...algorithms] })).payload
  }

  return {
    async check(token, types) {
      checkCompactForm(token)
      const header = checkHeader(readHeader(token), { algorithms, types })
      try {
        const { payload, keys } = await verify(token, header)
        return { claims: readClaims(payload), keys }
      } catch (error) {
        throw asRefusal(error)
      }
    },
    async recall(token) {
      const current = keySet === undefined ? undefined : await keySet.current()
      return current?.remembered.find(token) ?? secretKeys?.remembered.find(token)
    },
  }
}

function readHeader(token: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(token) }
  } catch {
    throw new VerifyError('token_not_valid', { detail: 'its header is not a JSON object' })
  }
}

function readClaims(payload: Uint8Array): Claims {
  let claims: unknown
  try {
    claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (cause) {
    throw new VerifyError('token_not_valid', { detail: 'its payload is not JSON', cause })
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw new VerifyError('token_not_valid', { detail: 'its payload is not a JSON object' })
  }
  return claims as Claims
}

/** Whatever goes wrong while a token is checked, the token does not get in. */
function asRefusal(error: unknown): VerifyError {
  if (error instanceof VerifyError) return error
  return new VerifyError('token_not_valid', { detail: `its signature was refused: ${String(error)}`, cause: error })
}
