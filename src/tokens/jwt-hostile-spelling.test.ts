import { createHmac, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  asPart,
  base64url,
  claims,
  findKey,
  forge,
  hs256,
  keys,
  p256,
  refusalOf,
  secret,
  widened,
  withUnusedBits,
} from '../../test/support/forged-tokens.ts'
import { signJwt, verifyJwt } from './jwt.ts'

// Tokens that are valid except for their spelling, and signatures that only look like one.

describe('hostile tokens', () => {
  describe('in another spelling', () => {
    const token = signJwt(keys.HS256, { typ: 'JWT' }, { ...claims, filler: 'xx' })
    const [header = '', payload = '', signature = ''] = token.split('.')

    it('starts from a good token whose three parts all end in unused bits', () => {
      expect(refusalOf(token)).toBe('verified')
      expect([header, payload, signature].map((part) => part.length % 4)).not.toContain(0)
    })

    it.each([
      ['padding', (part: string) => `${part}=`],
      ['double padding', (part: string) => `${part}==`],
      ['unused bits', (part: string) => withUnusedBits(part)],
      ['a space after it', (part: string) => `${part} `],
      ['a space before it', (part: string) => ` ${part}`],
      ['a line break', (part: string) => `${part.slice(0, 5)}\n${part.slice(5)}`],
      ['a NUL', (part: string) => `${part}\0`],
      ['a character outside the alphabet', (part: string) => `${part.slice(0, 5)}?${part.slice(5)}`],
      ['a letter whose low byte is the right one', (part: string) => part.slice(0, -1) + widened(part.at(-1) ?? '')],
      ['one letter too many', (part: string) => part + 'A'.repeat(5 - (part.length % 4))],
      ['percent encoding', (part: string) => `%${part.charCodeAt(0).toString(16)}${part.slice(1)}`],
    ])('refuses %s in any part', (_, change) => {
      expect(refusalOf(`${change(header)}.${payload}.${signature}`)).toBe('bad_encoding')
      expect(refusalOf(`${header}.${change(payload)}.${signature}`)).toBe('bad_encoding')
      expect(refusalOf(`${header}.${payload}.${change(signature)}`)).toBe('bad_encoding')
    })

    it('refuses the other base64 alphabet', () => {
      const other = forge(hs256, '{"filler":"???>>>~~~"}')
      expect(other).toMatch(/[-_]/)
      expect(refusalOf(other)).toBe('verified')
      expect(refusalOf(other.replaceAll('-', '+').replaceAll('_', '/'))).toBe('bad_encoding')
    })

    it.each([
      ['one part', header],
      ['two parts', `${header}.${payload}`],
      ['four parts', `${token}.`],
      ['a dot before', `.${token}`],
      ['five parts', `${token}.${payload}.${signature}`],
      ['nothing', ''],
      ['the flattened JSON serialization', JSON.stringify({ protected: header, payload, signature })],
      ['the general JSON serialization', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
    ])('refuses %s', (_, text) => {
      expect(refusalOf(text)).toBe('not_three_parts')
    })

    it.each([
      ['no header', `.${payload}.${signature}`],
      ['no payload', `${header}..${signature}`],
      ['no signature', `${header}.${payload}.`],
      ['half a signature', `${header}.${payload}.${signature.slice(0, 20)}`],
      ['the payload of another token', `${header}.${asPart({ ...claims, user_id: 2 })}.${signature}`],
      ['nothing but two dots', '..'],
    ])('refuses %s', (_, text) => {
      expect(verifyJwt(text, findKey).kind).toBe('refused')
    })

    it('refuses every shortened form of a token (CVE-2026-27840)', () => {
      for (let length = 0; length < token.length; length++) {
        expect(verifyJwt(token.slice(0, length), findKey).kind).toBe('refused')
      }
    })
  })

  describe('signatures', () => {
    const signingInput = (kid: string, alg: string) => `${asPart({ alg, kid })}.${asPart(claims)}`
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
    const zero = Buffer.alloc(32)
    const one = Buffer.from(`${'00'.repeat(31)}01`, 'hex')

    it.each([
      ['zeros', [zero, zero]],
      ['r zero', [zero, one]],
      ['s zero', [one, zero]],
      ['r and s the order of the group', [order, order]],
      ['ones', [one, one]],
      ['r alone', [one]],
      ['r, s and more', [one, one, one]],
      ['nothing', []],
    ])('refuses an ES256 signature of %s (CVE-2022-21449)', (_, parts) => {
      expect(refusalOf(`${signingInput('es', 'ES256')}.${base64url(Buffer.concat(parts))}`)).toBe('bad_signature')
    })

    it('refuses an ES256 signature in DER', () => {
      const input = signingInput('es', 'ES256')
      const der = sign('sha256', Buffer.from(input), p256.privateKey)
      const raw = sign('sha256', Buffer.from(input), { key: p256.privateKey, dsaEncoding: 'ieee-p1363' })
      expect(refusalOf(`${input}.${base64url(raw)}`)).toBe('verified')
      expect(refusalOf(`${input}.${base64url(der)}`)).toBe('bad_signature')
    })

    it.each([
      ['the neutral element and s zero', `01${'00'.repeat(63)}`],
      ['a point of order two', `ec${'ff'.repeat(30)}7f${'00'.repeat(32)}`],
      ['a point of order four', '00'.repeat(64)],
      ['a point of order eight', `26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05${'00'.repeat(32)}`],
      ['ones', 'ff'.repeat(64)],
      ['nothing', ''],
    ])('refuses an Ed25519 signature of %s', (_, hex) => {
      expect(refusalOf(`${signingInput('ed', 'EdDSA')}.${base64url(Buffer.from(hex, 'hex'))}`)).toBe('bad_signature')
    })

    it.each([0, 1, 255, 256, 257])('refuses an RS256 signature of %i zeros', (length) => {
      expect(refusalOf(`${signingInput('rs', 'RS256')}.${base64url(Buffer.alloc(length))}`)).toBe('bad_signature')
    })

    it('refuses an HS256 signature that is truncated, lengthened or empty', () => {
      const input = signingInput('hs', 'HS256')
      const digest = createHmac('sha256', secret).update(input).digest()
      for (const bytes of [
        digest.subarray(0, 16),
        digest.subarray(0, 31),
        Buffer.concat([digest, zero]),
        Buffer.alloc(0),
      ]) {
        expect(refusalOf(`${input}.${base64url(bytes)}`)).toBe('bad_signature')
      }
    })
  })
})
