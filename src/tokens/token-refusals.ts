import { AuthError, type ErrorCode } from '../errors.ts'
import type { ClaimsFault } from './claims.ts'

const codes = {
  invalid: 'token_not_valid',
  no_exp: 'token_without_expiry',
  no_id: 'token_without_id',
  no_type: 'token_without_type',
  wrong_type: 'token_of_wrong_type',
} as const satisfies Record<ClaimsFault['reason'], ErrorCode>

/** The refusal of a token for a fault of its claims. */
export function shapeRefusal({ reason, detail }: ClaimsFault): AuthError {
  return new AuthError(codes[reason], { detail })
}
