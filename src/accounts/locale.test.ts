import { describe, expect, it } from 'vitest'
import { preferredLocale } from './locale.ts'

describe('the preferred language of a client (RFC 9110 §12.5.4)', () => {
  it.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB, de;q=0.9', 'en'],
    ['de;q=0.4, en;q=0.7', 'en'],
    ['fr-CH, fr;q=0.9, DE;q=0.5, *;q=0.1', 'de'],
  ])('%s means %s', (header, locale) => expect(preferredLocale(header)).toBe(locale))

  it.each([undefined, '', '*', 'fr, it;q=0.5', 'de;q=0', 'german', 'den', ',;q=1,;;;', `${'x,'.repeat(10_000)}de`])(
    '%s matches none of ours',
    (header) => expect(preferredLocale(header)).toBeUndefined(),
  )
})
