import { describe, expect, it } from 'vitest'
import { maxRightsClaimBytes, rightsClaims } from './rights-claims.ts'

const rights = { groups: ['Editors'], permissions: ['posts.add', 'posts.change'] }

describe('the claims about rights', () => {
  it('are left out by default', () => {
    expect(rightsClaims(rights, { groupsClaim: undefined, permissionsClaim: undefined })).toEqual({})
  })

  it('have the configured names', () => {
    expect(rightsClaims(rights, { groupsClaim: 'roles', permissionsClaim: 'https://example.org/may' })).toEqual({
      roles: ['Editors'],
      'https://example.org/may': ['posts.add', 'posts.change'],
    })
    expect(rightsClaims(rights, { groupsClaim: 'groups', permissionsClaim: undefined })).toEqual({
      groups: ['Editors'],
    })
  })

  it('are left out, not shortened, if they are too long, and replace other claims of the name', () => {
    const [fits, tooLong] = [maxRightsClaimBytes - 4, maxRightsClaimBytes - 3].map((length) => 'a'.repeat(length))
    const names = { groupsClaim: 'groups', permissionsClaim: undefined }
    const claims = (name = '') =>
      JSON.stringify({ groups: 'old', ...rightsClaims({ ...rights, groups: [name] }, names) })
    expect(claims(fits)).toBe(JSON.stringify({ groups: [fits] }))
    expect(claims(tooLong)).toBe('{}')
  })
})
