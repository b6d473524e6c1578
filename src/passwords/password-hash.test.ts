import { argon2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCharacter } from '../../test/support/any-character.ts'
import { systemRandom } from '../platform/random.ts'
import { type HashPolicy, hashPassword, needsRehash, readHash } from './password-hash.ts'

const strict = { allowWeakHashes: false }
const lenient = { allowWeakHashes: true }
const cheap = { memoryKib: 8, passes: 1, lanes: 1 }

/** The password of all hashes below unless the test says otherwise. */
const password = 'lètmein 😀'

// Made by Django 3.2.25 with argon2-cffi 21.1 and bcrypt 3.2; the scrypt ones by Python's hashlib, as Django 4.0 does it.
const djangoHashes = {
  pbkdf2Sha256: 'pbkdf2_sha256$260000$o5UzKrK2S4KIkQad4ymnwy$oyWD2FK1EA9WTKZfUl20nYV02KhENz83eqdpaoJGT/I=',
  pbkdf2Sha256OddSalt: 'pbkdf2_sha256$1000$sält$JC9TMOC/X81rs9PxHSDDV4+OYXwFRUwUfuNh9uH7s+M=',
  pbkdf2Sha1: 'pbkdf2_sha1$1000$13BYtHyPTvfJdCdFayYYHl$WE3yyiQZZJ22nGjZLyQCsoDMMB8=',
  argon2Default: 'argon2$argon2id$v=19$m=102400,t=2,p=8$QklRNGZSTGZkSWpPSU9UaFpQdThSbA$9uZxMnYb72cKMMtgV7EA7A',
  argon2id: 'argon2$argon2id$v=19$m=512,t=2,p=2$d3dRMDhVOTJsSngxVDFMaEdpNGZBbg$y7/buQD8tRvitgGR3YsueQ',
  argon2i: 'argon2$argon2i$v=19$m=512,t=2,p=2$QXpjd3dsSm5PSGRKUDFQaEcwMld4Zw$DJr8i0YY3EIQ7bvPEy7z8A',
  argon2d: 'argon2$argon2d$v=19$m=512,t=2,p=2$NHM2V1NaNUMxSHBDeWFDTHhZcHZhOA$YyTAdOpbSfU+1+XaQtJ+ig',
  argon2iOld: 'argon2$argon2i$m=512,t=2,p=2$ZWQ5dWlHTUtWb213YWZMd0trV3NNSA$YJ5MAeRvRw28VgFnF6rW/w',
  bcrypt2a: 'bcrypt$$2a$04$T1tZjB27bJYNOi8PU10cU./H/FPQNxmn5J/mvzKd1XDgOtOxqQT5i',
  bcrypt2b: 'bcrypt$$2b$04$GQfA36Srqz.8C9Jt1PvZiutjNA6fpqGgc8pt1SImZ.j.4NX1CEMd.',
  bcrypt2y: 'bcrypt$$2y$04$KBERoIJ/M3xA7d4WM10ZsOSnkebawR1qgBovaMGC3M3MXKPddZmaa',
  bcryptSha256: 'bcrypt_sha256$$2b$04$GQfA36Srqz.8C9Jt1PvZiuOEQKAJjZfm8v.ge3uKYjAAnxSeY.5ty',
  bcryptSha256Old: 'bcrypt_sha256$$2a$04$T1tZjB27bJYNOi8PU10cU.6g3rECAazmsC7T.vo/S6IxhyGZ3zP1e',
  scrypt:
    'scrypt$16384$UT6abkOODdEdeGnliMgEgv$8$1$O+2LedD+410hcu/mDvsaPxsEdXvCw/3WfcCP+FcmJP26bcys07UZ9jReGy4wwnvOQEeEDejQQZBfvpYkXY6eHg==',
  scryptParallel:
    'scrypt$1024$me1T2HgKiqYJPByUCaqyhM$8$5$smay7pfd2jjsxw7KHo7quvmEGKqdJjspHHWFmNRlwCcgxpylpu8wDsyqKR1bGpgFGDBTlc6GMegwb9MrGtXzbw==',
}

const weakDjangoHashes = {
  sha1: 'sha1$DkyjhdMiAZwZu9qw2Qa2dU$b0b978c0d067a4be54ef7bf16686a7a8105cfc6d',
  md5: 'md5$hKw44x2UKg7av5Z5AqVBqH$d63429c0070c349cd627ed0e1fd53d19',
  unsaltedSha1: 'sha1$$ccbd5fee8b0849dff5b91852cd44684c7eb0d366',
  unsaltedMd5: 'c5cb99b9f3ac4a6b7e386a0788b4a480',
  unsaltedMd5Prefixed: 'md5$$c5cb99b9f3ac4a6b7e386a0788b4a480',
}

/** Those of them that take almost no time. */
const { pbkdf2Sha256: _, argon2Default: __, scrypt: ___, ...cheapDjangoHashes } = djangoHashes
const cheapHashes = Object.values({ ...cheapDjangoHashes, ...weakDjangoHashes })

/** Whether any password could match it. */
const isKnownFormat = (encoded: string, policy: HashPolicy) => readHash(encoded, policy) !== undefined

const verifyPassword = async (typed: string, encoded: string, policy: HashPolicy) =>
  (await readHash(encoded, policy)?.matches(typed)) ?? false

describe('hashes that Django created', () => {
  it.each(Object.entries(djangoHashes))('%s matches its own password and no other', async (_name, encoded) => {
    expect(isKnownFormat(encoded, strict)).toBe(true)
    expect(await verifyPassword(password, encoded, strict)).toBe(true)
    expect(await verifyPassword(password.normalize('NFD'), encoded, strict)).toBe(false)
    expect(needsRehash(encoded, cheap)).toBe(true)
  })

  it.each(Object.entries(weakDjangoHashes))('%s matches only if weak hashes are allowed', async (_name, encoded) => {
    expect(isKnownFormat(encoded, strict)).toBe(false)
    expect(await verifyPassword(password, encoded, strict)).toBe(false)
    expect(await verifyPassword(password, encoded, lenient)).toBe(true)
    expect(await verifyPassword(`${password}x`, encoded, lenient)).toBe(false)
    expect(needsRehash(encoded, cheap)).toBe(true)
  })

  it('uses the 72 bytes that bcrypt uses, if Django had not hashed the password before', async () => {
    const start = 'a'.repeat(72)
    const plain = 'bcrypt$$2b$04$sZtFAS34NAF4GpkLjxIQqOofLetE8EJc.l4CJpCtcpAOzHoy86KM6'
    const prehashed = 'bcrypt_sha256$$2b$04$oQSbc7o7bhcqaBiX6hqFPu9jxGs/vOyBXd148RgRX5qdoAAFkjMvy'
    for (const [encoded, counts] of [
      [plain, false],
      [prehashed, true],
    ] as const) {
      expect(await verifyPassword(`${start}behind`, encoded, strict)).toBe(true)
      expect(await verifyPassword(`${start}otherwise`, encoded, strict)).toBe(!counts)
      expect(await verifyPassword(`${start.slice(1)}b`, encoded, strict)).toBe(false)
    }
  })

  it('does not accept a password with NUL after it as the password (HMAC pads with zeros, bcrypt repeats the password with NUL between)', async () => {
    for (const encoded of cheapHashes) {
      expect(await verifyPassword(`${password}\0`, encoded, lenient), encoded).toBe(false)
      expect(await verifyPassword(`${password}\0more`, encoded, lenient), encoded).toBe(false)
      expect(await verifyPassword(`${password}\0${password}`, encoded, lenient), encoded).toBe(false)
    }
  })
})

describe('strings that nothing matches', () => {
  const { pbkdf2Sha256OddSalt: pbkdf2, argon2id, bcrypt2b, scryptParallel: scrypt } = djangoHashes
  const { sha1, unsaltedMd5 } = weakDjangoHashes

  it.each([
    ['an unusable password', '!kUbW3eednC1soBzwtTfgArRUEOvF6kWtvGm6LeR6'],
    ['an unusable password that hides a hash', `!${pbkdf2}`],
    ['nothing', ''],
    ['a bare prefix', 'argon2'],
    ['crypt', 'crypt$$zvGtljW2PGtRs'],
    ['an unknown prefix', `unknown$${pbkdf2}`],
    ['a name every object has', `__proto__$${pbkdf2}`],
    ['another case', pbkdf2.toUpperCase()],
    ['a further field', `${pbkdf2}$`],
    ['a line feed at the end', `${argon2id}\n`],
    ['no salt', pbkdf2.replace('sält', '')],
    ['iterations in another spelling', pbkdf2.replace('$1000$', '$01000$')],
    ['iterations that are negative', pbkdf2.replace('$1000$', '$-1000$')],
    ['no iterations', pbkdf2.replace('$1000$', '$0$')],
    ['a digest without its padding', pbkdf2.replace('=', '')],
    ['a digest with unused bits set', pbkdf2.replace('+M=', '+N=')],
    ['a digest cut short', scrypt.slice(0, -8)],
    ['no digest', argon2id.slice(0, argon2id.lastIndexOf('$') + 1)],
    ['a variety of argon2 that does not exist', argon2id.replace('argon2id', 'argon2x')],
    ['an unknown version', argon2id.replace('v=19', 'v=20')],
    ['less memory than the lanes need', argon2id.replace('m=512,t=2,p=2', 'm=8,t=2,p=2')],
    ['a bcrypt string of the faulty kind', bcrypt2b.replace('$2b$', '$2x$')],
    ['a bcrypt cost out of range', bcrypt2b.replace('$04$', '$03$')],
    ['an scrypt cost that is not a power of two', scrypt.replace('$1024$', '$1023$')],
    ['upper-case hex digits', sha1.toUpperCase().replace('SHA1', 'sha1')],
    ['an MD5 of 31 digits', unsaltedMd5.slice(1)],
    ['a text as long as an MD5', 'z'.repeat(32)],
    ['more than the length of any hash', `pbkdf2_sha256$1000$${'s'.repeat(1000)}$${'A'.repeat(43)}=`],
  ])('%s', async (_what, encoded) => {
    expect(isKnownFormat(encoded, lenient)).toBe(false)
    expect(await verifyPassword(password, encoded, lenient)).toBe(false)
    expect(needsRehash(encoded, cheap)).toBe(true)
  })

  it.each([
    ['pbkdf2', pbkdf2.replace('$1000$', '$10000000$'), pbkdf2.replace('$1000$', '$10000001$')],
    ['argon2 memory', argon2id.replace('m=512,t=2', 'm=262144,t=4'), argon2id.replace('m=512', 'm=262145')],
    ['argon2 passes', argon2id.replace('t=2', 't=2048'), argon2id.replace('t=2', 't=2049')],
    ['argon2 lanes', argon2id.replace('p=2', 'p=16'), argon2id.replace('p=2', 'p=17')],
    ['bcrypt', bcrypt2b.replace('$04$', '$16$'), bcrypt2b.replace('$04$', '$17$')],
    ['scrypt memory', scrypt.replace('$1024$', '$131072$'), scrypt.replace('$1024$', '$262144$').replace('$5$', '$1$')],
    ['scrypt work', scrypt.replace('$8$5$', '$8$1024$'), scrypt.replace('$8$5$', '$8$1025$')],
    [
      'scrypt work with much memory',
      scrypt.replace('$1024$', '$131072$').replace('$5$', '$8$'),
      scrypt.replace('$1024$', '$131072$').replace('$5$', '$9$'),
    ],
    [
      'scrypt itself',
      scrypt.replace('$1024$', '$32768$').replace('$8$5$', '$1$1$'),
      scrypt.replace('$1024$', '$65536$').replace('$8$5$', '$1$1$'),
    ],
  ])('a hash beyond the bounds of %s, which would keep a core busy for long', async (_what, costliest, beyond) => {
    expect(isKnownFormat(costliest, strict)).toBe(true)
    expect(isKnownFormat(beyond, strict)).toBe(false)
    expect(await verifyPassword(password, beyond, strict)).toBe(false)
  })

  it('junk, and a Django hash with anything changed except a cost', async () => {
    const damaged = fc
      .tuple(fc.constantFrom(...cheapHashes), fc.nat(), fc.constantFrom('', '$', '=', 'A', '+', 'é', ' ', '\0'))
      .map(([encoded, position, replacement]) => {
        const index = position % encoded.length
        return { encoded, other: encoded.slice(0, index) + replacement + encoded.slice(index + 1) }
      })
      .filter(({ encoded, other }) => encoded !== other)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyCharacter }), damaged, async (junk, { other }) => {
        expect(await verifyPassword(password, junk, lenient)).toBe(false)
        expect(await verifyPassword(password, other, lenient)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})

describe('hashPassword', () => {
  it('writes what Django would, with a salt of 128 bits and a digest of 256, and never the same twice', async () => {
    const parameters = { memoryKib: 64, passes: 3, lanes: 2 }
    const encoded = await hashPassword(password, parameters, systemRandom)
    expect(encoded).toMatch(/^argon2\$argon2id\$v=19\$m=64,t=3,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await hashPassword(password, parameters, systemRandom)).not.toBe(encoded)
  })

  it('computes what Node’s own argon2 computes', async () => {
    const random = { bytes: (size: number) => Buffer.alloc(size, 'salt') }
    for (const { memoryKib, passes, lanes } of [cheap, { memoryKib: 512, passes: 2, lanes: 4 }]) {
      const encoded = await hashPassword(password, { memoryKib, passes, lanes }, random)
      const digest = argon2Sync('argon2id', {
        message: password,
        nonce: random.bytes(16),
        memory: memoryKib,
        passes,
        parallelism: lanes,
        tagLength: 32,
      })
      expect(encoded.split('$').at(-1)).toBe(digest.toString('base64').replaceAll('=', ''))
    }
  })

  it('makes every password match itself and no other: no trimming, truncation or normalisation (ASVS 6.2.8)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.string({ minLength: 1, unit: 'grapheme' }),
        async (one, more) => {
          const encoded = await hashPassword(one, cheap, systemRandom)
          expect(await verifyPassword(one, encoded, strict)).toBe(true)
          expect(await verifyPassword(one + more, encoded, strict)).toBe(false)
          expect(await verifyPassword(`${one} `, encoded, strict)).toBe(false)
          expect(await verifyPassword(`${one}\0`, encoded, strict)).toBe(false)
        },
      ),
      { numRuns: 50 },
    )
    const long = 'é'.repeat(65_536)
    const encoded = await hashPassword(long, cheap, systemRandom)
    expect(await verifyPassword(long, encoded, strict)).toBe(true)
    expect(await verifyPassword(long.slice(1), encoded, strict)).toBe(false)
  })
})

describe('needsRehash', () => {
  it('accepts only a hash made with the same parameters as current', async () => {
    const parameters = { memoryKib: 64, passes: 2, lanes: 2 }
    const encoded = await hashPassword(password, parameters, systemRandom)
    expect(needsRehash(encoded, parameters)).toBe(false)
    expect(needsRehash(encoded, { ...parameters, memoryKib: 65 })).toBe(true)
    expect(needsRehash(encoded, { ...parameters, passes: 1 })).toBe(true)
    expect(needsRehash(encoded, { ...parameters, lanes: 1 })).toBe(true)
  })

  it('replaces other varieties and versions, short salts and short digests', async () => {
    const encoded = await hashPassword(password, cheap, systemRandom)
    const [salt = '', digest = ''] = encoded.split('$').slice(-2)
    expect(needsRehash(encoded.replace('argon2id', 'argon2i'), cheap)).toBe(true)
    expect(needsRehash(encoded.replace('$v=19', ''), cheap)).toBe(true)
    expect(needsRehash(encoded.replace(salt, salt.slice(0, 11)), cheap)).toBe(true)
    expect(needsRehash(encoded.replace(digest, digest.slice(0, 22)), cheap)).toBe(true)
  })
})

describe('readHash', () => {
  it('names the kind by format and costs, without salt and digest', () => {
    const kindOf = (encoded: string) => readHash(encoded, lenient)?.kind
    expect(kindOf(djangoHashes.pbkdf2Sha256)).toBe('pbkdf2_sha256$260000')
    expect(kindOf(djangoHashes.argon2Default)).toBe('argon2$argon2id$v=19$m=102400,t=2,p=8')
    expect(kindOf(djangoHashes.bcryptSha256)).toBe('bcrypt_sha256$4')
    expect(kindOf(djangoHashes.scryptParallel)).toBe('scrypt$1024$8$5')
    expect(kindOf(weakDjangoHashes.unsaltedMd5)).toBe('unsalted_md5')
  })
})
