import type { JwtClaims } from './jwt.ts'

/** The rights of an account that access tokens may contain. */
export type TokenRights = { groups: readonly string[]; permissions: readonly string[] }

/** The names of the claims; undefined: the claim is not used. */
export type RightsClaimNames = { groupsClaim: string | undefined; permissionsClaim: string | undefined }

/**
 * The largest size of each of the two claims in a token, in bytes of JSON. Both together take less than half of a
 * token.
 */
export const maxRightsClaimBytes = 2_048

/**
 * The claims with an account's rights. A list that is too long is left out, not shortened: a service that finds no
 * claim asks the server, but one that finds half of a list is misled. Both claims are always written, so that nothing
 * under these names in another server's refresh token is carried over.
 */
export function rightsClaims(rights: TokenRights, { groupsClaim, permissionsClaim }: RightsClaimNames): JwtClaims {
  return {
    ...(groupsClaim !== undefined && { [groupsClaim]: ifShort(rights.groups) }),
    ...(permissionsClaim !== undefined && { [permissionsClaim]: ifShort(rights.permissions) }),
  }
}

/** Undefined members do not appear in JSON. */
function ifShort(names: readonly string[]): readonly string[] | undefined {
  return Buffer.byteLength(JSON.stringify(names)) <= maxRightsClaimBytes ? names : undefined
}
