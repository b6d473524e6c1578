import { describe, expect, it } from 'vitest'
import { sha256 } from '../platform/digest.ts'
import { createFindService } from './service-credential.ts'
import { serviceSettings } from './settings.ts'

const secret = 'k3Jd9_sWq-27Zx.vB5nM8~rT1yU4iO6p'
const other = 'colons:/slashes+and=others/are+fine=='

describe('SERVICE_CREDENTIALS', () => {
  const { read } = serviceSettings.properties.serviceCredentials.setting

  it('keeps the names, and only digests of the secrets', () => {
    expect(read(` orders:${secret},\norders:${other}\nbilling.eu:${other},`)).toEqual([
      { name: 'orders', secretDigest: sha256(secret) },
      { name: 'orders', secretDigest: sha256(other) },
      { name: 'billing.eu', secretDigest: sha256(other) },
    ])
    expect(read('none')).toEqual([])
  })

  it.each([
    [secret, 'has no name before a colon'],
    [`:${secret}`, 'has no name before a colon'],
    [`my orders:${secret}`, 'has a name with characters other'],
    [`orders:${secret.slice(1)}`, 'has a secret of only 31 characters'],
    ['orders:', 'has a secret of only 0 characters'],
    [`orders:${secret} ${secret}`, 'has a secret with spaces'],
    [`orders:${secret}é`, 'non-ASCII characters'],
  ])('refuses %s, and shows nothing of it', (entry, sentence) => {
    const faultOf = () => read(`fine:${secret},${entry}`)
    expect(faultOf).toThrow('entry 2 ')
    expect(faultOf).toThrow(sentence)
    expect(faultOf).not.toThrow(secret.slice(1))
  })
})

describe('finding a service', () => {
  const find = createFindService([
    { name: 'orders', secretDigest: sha256(secret) },
    { name: 'orders', secretDigest: sha256(other) },
    { name: 'billing', secretDigest: sha256(other) },
  ])

  it('accepts each of the secrets of a name, so that one can be replaced without an interruption', () => {
    expect(find({ name: 'orders', secret })).toBe('orders')
    expect(find({ name: 'orders', secret: other })).toBe('orders')
    expect(find({ name: 'billing', secret: other })).toBe('billing')
  })

  it.each([
    ['billing', secret],
    ['nobody', secret],
    ['', secret],
    ['orders', ''],
    ['orders', secret.slice(0, -1)],
    ['orders', `${secret}x`],
    ['orders', sha256(secret)],
    ['__proto__', secret],
  ])('finds nobody called %s with %s', (name, presented) => {
    expect(find({ name, secret: presented })).toBeUndefined()
  })
})
