import { describe, expect, it } from 'vitest'
import { accountKey, limitNames, limits, loginClaims } from './limits.ts'

const keysOf = (network: string, account: string, isKnown = false) =>
  Object.fromEntries(loginClaims(network, account, isKnown).map(({ limit, key }) => [limit, key]))

describe('the table of limits', () => {
  it.each(limitNames)('%s has a setting of the same name', (name) => {
    expect(limits[name].setting).toBe(`LIMIT_${name.toUpperCase().replaceAll('-', '_')}`)
  })
})

describe('a login attempt', () => {
  it('counts under its address, its account and the pair', () => {
    expect(keysOf('203.0.113.7', '1')).toEqual({
      'login-per-address': '203.0.113.7',
      'login-per-account': '1',
      'login-per-address-and-account': '203.0.113.7 1',
    })
  })

  it('does not count under a network that is known to its account, so that nobody can lock its owner out there', () => {
    expect(Object.keys(keysOf('203.0.113.7', '1', true)).sort()).toEqual([
      'login-per-address',
      'login-per-address-and-account',
    ])
  })

  it('tries the narrowest limit first', () => {
    expect(loginClaims('203.0.113.7', '1', false)[0]?.limit).toBe('login-per-address-and-account')
  })

  it('counts for the same account whichever identifier was typed, and under one key for the same unknown name', () => {
    expect(accountKey(7, 'digest of the name')).toBe(accountKey(7, 'digest of the address'))
    expect(accountKey(undefined, 'digest of the name')).toBe('digest of the name')
  })
})
