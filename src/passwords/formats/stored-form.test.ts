import { pbkdf2Sync, scryptSync } from 'node:crypto'
import { hashSync } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { readHash } from '../password-hash.ts'
import { storedForm } from './stored-form.ts'

const PASSWORD = 'correct horse 9'
const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
const salt = Buffer.from('00ff10e7beef', 'hex')

const keycloak = (algorithm: 'sha1' | 'sha256' | 'sha512', name: string, bytes: number) =>
  `$${name}$1000$${unpadded(salt)}$${unpadded(pbkdf2Sync(PASSWORD, salt, 1000, bytes, algorithm))}`

const betterAuth = (password: string) => {
  const hex = '0123456789abcdef0123456789abcdef'
  const key = scryptSync(password.normalize('NFKC'), hex, 64, { N: 16_384, r: 16, p: 1, maxmem: 67_108_864 })
  return `${hex}:${key.toString('hex')}`
}

/** From the README of Firebase's own implementation. */
const FIREBASE =
  '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==' +
  '$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='

describe('the hash of another system', () => {
  it.each([
    ['bcrypt', hashSync(PASSWORD, 4), PASSWORD],
    ['PBKDF2 with SHA-256, as passlib writes it', keycloak('sha256', 'pbkdf2-sha256', 32), PASSWORD],
    ['PBKDF2 with SHA-256 and a long digest, as in Keycloak', keycloak('sha256', 'pbkdf2-sha256', 64), PASSWORD],
    ['PBKDF2 with SHA-512', keycloak('sha512', 'pbkdf2-sha512', 64), PASSWORD],
    ['PBKDF2 with SHA-1', keycloak('sha1', 'pbkdf2', 20), PASSWORD],
    ['PBKDF2 as a PHC string', keycloak('sha256', 'pbkdf2-sha256', 32).replace('$1000$', '$i=1000,l=32$'), PASSWORD],
    ['Better Auth', betterAuth('pässwort ﬁne 9'), 'pässwort fine 9'],
    ['Firebase', FIREBASE, 'user1password'],
  ])('of %s is verified', async (_, hash, password) => {
    const stored = readHash(storedForm(hash), { allowWeakHashes: false })
    expect(await stored?.matches(password)).toBe(true)
    expect(await stored?.matches(`${password}\0`)).toBe(false)
    expect(await stored?.matches('another horse')).toBe(false)
  })

  it.each([
    ['no number of iterations', '$pbkdf2-sha256$x$c2FsdA$c2FsdHNhbHRzYWx0c2FsdA'],
    ['more work than a login may cost', `$pbkdf2-sha512$9000000$c2FsdA$${unpadded(Buffer.alloc(128))}`],
    ['a digest that is too short', '$pbkdf2-sha256$1000$c2FsdA$c2FsdA'],
    ['more memory than a login may cost', FIREBASE.replace('n=14', 'n=20')],
    ['no signer key', FIREBASE.replace(/,sk=[^$]+/, '')],
    ['a key of another length', `${betterAuth('x').slice(0, -2)}`],
  ])('with %s is refused', (_, hash) => {
    expect(readHash(storedForm(hash), { allowWeakHashes: true })).toBeUndefined()
  })

  it.each([
    ['$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA', 'argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA'],
    ['pbkdf2_sha256$1000$salt$digest', 'pbkdf2_sha256$1000$salt$digest'],
    ['!unusable', '!unusable'],
  ])('%s is stored as %s', (hash, form) => {
    expect(storedForm(hash)).toBe(form)
  })
})
