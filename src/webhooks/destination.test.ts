import { describe, expect, it } from 'vitest'
import { destinationFault, isPublicAddress } from './destination.ts'

const strict = { allowsPlain: false, allowsPrivate: false }

describe('an address on the Internet', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.128.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00::1',
  ])('is %s', (address) => expect(isPublicAddress(address)).toBe(true))

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '1.1.1',
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('the URL of a webhook', () => {
  it.each([
    'https://example.org',
    'https://example.org:8443/hooks?key=a',
    'https://1.1.1.1/',
    'https://[2606:4700::1]/',
  ])('may be %s', (url) => expect(destinationFault(url, strict)).toBeUndefined())

  it.each([
    ['', 'invalid_url'],
    ['example.org', 'invalid_url'],
    ['https:example.org', 'invalid_url'],
    ['https://', 'invalid_url'],
    ['ftp://example.org', 'invalid_url'],
    ['file:///etc/passwd', 'invalid_url'],
    ['javascript:alert(1)', 'invalid_url'],
    ['https://user:password@example.org', 'invalid_url'],
    ['https://example.org/#part', 'invalid_url'],
    [`https://example.org/${'a'.repeat(2_000)}`, 'invalid_url'],
    [' https://example.org', 'invalid_url'],
    ['http://example.org', 'https_required'],
    ['https://localhost/', 'private_address'],
    ['https://localhost./', 'private_address'],
    ['https://service.localhost/', 'private_address'],
    ['https://127.0.0.1/', 'private_address'],
    ['https://[::1]/', 'private_address'],
    ['https://[::ffff:10.0.0.1]/', 'private_address'],
    ['https://169.254.169.254/latest/meta-data', 'private_address'],
    ['https://2130706433/', 'private_address'],
    ['https://0x7f.1/', 'private_address'],
    ['https://0177.0.0.1/', 'private_address'],
    ['https://127.1/', 'private_address'],
    ['https://0/', 'private_address'],
    ['https://①27.0.0.1/', 'private_address'],
  ])('may not be %j: %s', (url, fault) => expect(destinationFault(url, strict)).toBe(fault))

  it('may lead to more places if a setting allows it', () => {
    const plain = { allowsPlain: true, allowsPrivate: false }
    expect(destinationFault('http://example.org', plain)).toBeUndefined()
    expect(destinationFault('http://10.0.0.1', plain)).toBe('private_address')
    const inside = { allowsPlain: false, allowsPrivate: true }
    expect(destinationFault('https://10.0.0.1', inside)).toBeUndefined()
    expect(destinationFault('http://10.0.0.1', inside)).toBe('https_required')
  })
})
