import { describe, expect, it } from 'vitest'
import { maxRightsClaimBytes, rightsClaims } from './rights-claims.ts'

const rights = { groups: ['Editors'], permissions: ['posts.add', 'posts.change'] }

describe('the claims about rights', () => {
  it('are none unless they are asked for', () => {
    expect(rightsClaims(rights, { groupsClaim: undefined, permissionsClaim: undefined })).toEqual({})
  })

  it('are called as the deployment calls them', () => {
    expect(rightsClaims(rights, { groupsClaim: 'roles', permissionsClaim: 'https://example.org/may' })).toEqual({
      roles: ['Editors'],
      'https://example.org/may': ['posts.add', 'posts.change'],
    })
    expect(rightsClaims(rights, { groupsClaim: 'groups', permissionsClaim: undefined })).toEqual({
      groups: ['Editors'],
    })
  })

  it('are left out, not cut, where they are too long, and replace what was there under the name', () => {
    const [fits, tooLong] = [maxRightsClaimBytes - 4, maxRightsClaimBytes - 3].map((length) => 'a'.repeat(length))
    const names = { groupsClaim: 'groups', permissionsClaim: undefined }
    const claims = (name = '') =>
      JSON.stringify({ groups: 'old', ...rightsClaims({ ...rights, groups: [name] }, names) })
    expect(claims(fits)).toBe(JSON.stringify({ groups: [fits] }))
    expect(claims(tooLong)).toBe('{}')
  })
})
