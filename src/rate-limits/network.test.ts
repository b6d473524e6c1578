import { describe, expect, it } from 'vitest'
import { networkOf } from './network.ts'

describe('the network that an address counts as', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['', ''],
    ['no:address', 'no:address'],
  ])('%j counts as %j', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it('is one for all addresses of a /64, and another for the next /64', () => {
    const inside = Array.from({ length: 30 }, (_, host) => networkOf(`2001:db8:1:2:${host}:${host}::${host}`))
    expect(new Set(inside).size).toBe(1)
    expect(inside).not.toContain(networkOf('2001:db8:1:3::1'))
  })
})
