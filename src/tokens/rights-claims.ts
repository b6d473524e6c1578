import type { JwtClaims } from './jwt.ts'

/** What an account was given, as access tokens may tell it. */
export type TokenRights = { groups: readonly string[]; permissions: readonly string[] }

/** The names of the claims; undefined: there is none. */
export type RightsClaimNames = { groupsClaim: string | undefined; permissionsClaim: string | undefined }

/** The most that each of the two may take up in a token, in bytes of JSON: both take less than half of a token. */
export const maxRightsClaimBytes = 2_048

/**
 * The claims that tell what an account may do. A list that is too long is left out, not cut: whoever finds no claim asks
 * the server, whoever finds half of it would be mistaken. What the refresh token of another server carried under these
 * names does not count, so both are always said.
 */
export function rightsClaims(rights: TokenRights, { groupsClaim, permissionsClaim }: RightsClaimNames): JwtClaims {
  return {
    ...(groupsClaim !== undefined && { [groupsClaim]: ifShort(rights.groups) }),
    ...(permissionsClaim !== undefined && { [permissionsClaim]: ifShort(rights.permissions) }),
  }
}

/** Undefined is no member in JSON. */
function ifShort(names: readonly string[]): readonly string[] | undefined {
  return Buffer.byteLength(JSON.stringify(names)) <= maxRightsClaimBytes ? names : undefined
}
