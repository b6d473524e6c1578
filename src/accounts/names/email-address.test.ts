import { describe, expect, it } from 'vitest'
import { emailKey, isEmailAddress } from './email-address.ts'

describe('the key of an address', () => {
  it.each([
    ['Mike@Example.org', 'mike@example.org'],
    ['mike+tag@example.org', 'mike+tag@example.org'],
    ['mike@exämple.org', 'mike@xn--exmple-cua.org'],
    ['mike@EXÄMPLE.org', 'mike@xn--exmple-cua.org'],
    ['mike@xn--exmple-cua.org', 'mike@xn--exmple-cua.org'],
    ['mike@localhost', 'mike@localhost'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('of %s is %s', (address, key) => expect(emailKey(address)).toBe(key))

  it.each([
    '',
    'mike',
    '@example.org',
    // CVE-2019-19844: letters that fold into others.
    'mıke@example.org',
    'mi\u212ae@example.org',
    'miſe@example.org',
    // More than one address, or a look-alike @.
    'mike@evil.test@example.org',
    '"mike@evil.test"@example.org',
    'mike＠evil.test@example.org',
    'mike＠example.org',
    'mike@example.org\r\nBcc: other@example.org',
    'mike@example.org ',
    'mike@[127.0.0.1]',
    `${'a'.repeat(65)}@example.org`,
    `${'a'.repeat(250)}@example.org`,
  ])('does not exist for %j', (address) => expect(emailKey(address)).toBeUndefined())
})

it.each(['\u200b', '\u00ad', '\u2060', '\u202e', '\u0080', '\ufeff'])(
  'contains no invisible character in a domain: %j',
  (unseen) => {
    expect(isEmailAddress(`ada@ex${unseen}ample.org`)).toBe(false)
    expect(isEmailAddress(`ada@exämple${unseen}.org`)).toBe(false)
  },
)
