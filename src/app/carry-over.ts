import { createPublicKey } from 'node:crypto'
import type { Config } from '../config/config.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { type CarryOver, createCarryOver } from '../tokens/carry-over/carry-over.ts'
import { isPem } from '../tokens/carry-over/settings.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type VerificationKey } from '../tokens/jwt-key.ts'

/** Accepts tokens of the server that Latchkey replaced, and counts them; undefined: CARRY_OVER_SECRET is not set. */
export function buildCarryOver(
  { carryOver, tokens }: Pick<Config, 'carryOver' | 'tokens'>,
  { carriedOver }: Pick<Metrics, 'carriedOver'>,
): CarryOver | undefined {
  const { secret, until, userIdClaim, tokenTypeClaim, tokenIdClaim, refreshExpClaim, issuer, audience } = carryOver
  if (secret === undefined || until === undefined) return undefined
  const { groupsClaim, permissionsClaim } = tokens
  const opener = createCarryOver({
    keys: verificationKeys(secret),
    until,
    userIdClaim,
    tokenTypeClaim,
    tokenIdClaim,
    refreshExpClaim,
    issuer,
    audience,
    leewayMs: tokens.leewayMs,
    ownClaims: [groupsClaim, permissionsClaim, 'amr', 'acr', 'auth_time'].filter((name) => name !== undefined),
  })
  return {
    open(text, now) {
      const opened = opener.open(text, now)
      if (opened !== undefined) carriedOver.add(opened.token.use ?? 'access')
      return opened
    },
  }
}

/**
 * One key for each algorithm of its family. A secret serves HS256, HS384 and HS512 and nothing else, so no token can
 * use a public key as a secret (RFC 8725 §3.1).
 */
function verificationKeys(secret: string): ReadonlyMap<string, VerificationKey> {
  if (!isPem(secret)) {
    const { verifyKey } = createHmacJwtKey({ secret })
    return keysOf(verifyKey, ['HS256', 'HS384', 'HS512'])
  }
  const key = createPublicKey(secret)
  const algorithm = { rsa: 'RS256', ec: 'ES256', ed25519: 'EdDSA' } as const
  const found = algorithm[(key.asymmetricKeyType ?? '') as keyof typeof algorithm]
  if (found === undefined) throw new Error('CARRY_OVER_SECRET: Latchkey verifies keys for RS256, ES256 and EdDSA only')
  const { verifyKey } = createAsymmetricJwtKey({ algorithm: found, key })
  return keysOf(verifyKey, found === 'RS256' ? ['RS256', 'RS384', 'RS512'] : [found])
}

function keysOf(
  verifyKey: VerificationKey['verifyKey'],
  algorithms: readonly VerificationKey['algorithm'][],
): ReadonlyMap<string, VerificationKey> {
  return new Map(algorithms.map((algorithm) => [algorithm, { algorithm, verifyKey }]))
}
