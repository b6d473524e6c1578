import { createPublicKey } from 'node:crypto'
import { isPem } from '../carry-over/settings.ts'
import type { Config } from '../config/config.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { type CarryOver, createCarryOver } from '../tokens/carry-over.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type JwtKey } from '../tokens/jwt-key.ts'

/** Accepts tokens of the server that Latchkey replaced, and counts them; undefined: CARRY_OVER_SECRET is not set. */
export function buildCarryOver(
  { carryOver, tokens }: Pick<Config, 'carryOver' | 'tokens'>,
  { carriedOver }: Pick<Metrics, 'carriedOver'>,
): CarryOver | undefined {
  const { secret, until, userIdClaim, tokenTypeClaim, tokenIdClaim, issuer, audience } = carryOver
  if (secret === undefined || until === undefined) return undefined
  const { groupsClaim, permissionsClaim } = tokens
  const opener = createCarryOver({
    key: verificationKey(secret),
    until,
    userIdClaim,
    tokenTypeClaim,
    tokenIdClaim,
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

function verificationKey(secret: string): JwtKey {
  if (!isPem(secret)) return createHmacJwtKey({ secret })
  const key = createPublicKey(secret)
  const algorithm = { rsa: 'RS256', ec: 'ES256', ed25519: 'EdDSA' } as const
  const found = algorithm[(key.asymmetricKeyType ?? '') as keyof typeof algorithm]
  if (found === undefined) throw new Error('CARRY_OVER_SECRET: Latchkey verifies keys for RS256, ES256 and EdDSA only')
  return createAsymmetricJwtKey({ algorithm: found, key })
}
