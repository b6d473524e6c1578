import { hashSync } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { readHash } from '../password-hash.ts'
import { djangoForm } from './modular-crypt.ts'

describe('the hash of another system', () => {
  it('of bcrypt is verified in the form of Django', async () => {
    const stored = readHash(djangoForm(hashSync('correct horse 9', 4)), { allowWeakHashes: false })
    expect(await stored?.matches('correct horse 9')).toBe(true)
    expect(await stored?.matches('another horse')).toBe(false)
  })

  it.each([
    ['$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA', 'argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA'],
    ['pbkdf2_sha256$1000$salt$digest', 'pbkdf2_sha256$1000$salt$digest'],
    ['!unusable', '!unusable'],
  ])('%s is stored as %s', (hash, form) => {
    expect(djangoForm(hash)).toBe(form)
  })
})
