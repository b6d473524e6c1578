// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scenarios' variables are written so
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { json, stubNow, stubSecretKey } from './play-on-stub.ts'
import type { LetStep } from './scenario.ts'
import { decodeToken, signToken } from './tokens.ts'
import { transform } from './transform.ts'
import { createVariables } from './variables.ts'

const claims = json('{"token_type": "access", "exp": 1900000300, "user_id": 7}')
const token = signToken({ header: json('{"alg": "HS256", "typ": "JWT"}'), claims }, stubSecretKey)
const [header = '', payload = '', signature = ''] = token.split('.')

function made(op: string, more: Omit<Partial<LetStep>, 'op'> = {}) {
  const variables = createVariables({ vars: {} })
  variables.values.set('token', token)
  variables.values.set('other', `a.b.${'c'.repeat(43)}`)
  const step = { let: 'made', of: '${token}', op, ...more }
  return transform(step, { variables, secretKey: stubSecretKey, now: stubNow })
}

/** Header and claims of a created token, and whether the key signed it with that digest. */
function opened(text: unknown, key = stubSecretKey, digest = 'sha256') {
  const [head = '', body = '', mark = ''] = String(text).split('.')
  const expected = createHmac(digest, key).update(`${head}.${body}`).digest('base64url')
  return { ...decodeToken(String(text)), isSigned: mark === expected }
}

describe('a let step', () => {
  it.each<[string, Partial<LetStep>, unknown]>([
    ['text', { of: 'x' }, 'x'],
    ['append', { text: '=' }, `${token}=`],
    ['prepend', { text: ' ' }, ` ${token}`],
    ['drop_last', json('{"count": 4}'), token.slice(0, -4)],
    ['parts', json('{"count": 2}'), `${header}.${payload}`],
    ['drop_signature', {}, `${header}.${payload}.`],
    ['splice', { signature_of: '${other}' }, `${header}.${payload}.${'c'.repeat(43)}`],
    ['claim', { claim: 'token_type' }, 'access'],
    ['claim', { claim: 'nothing' }, null],
  ])('makes what %s says (%j)', (op, more, expected) => {
    expect(made(op, more)).toEqual(expected)
  })

  it('changes one letter in the middle of the signature', () => {
    const changed = String(made('tamper_signature')).split('.')
    expect(changed.slice(0, 2)).toEqual([header, payload])
    expect([...(changed[2] ?? '')].filter((letter, index) => letter !== signature[index])).toHaveLength(1)
    expect(changed[2]?.[21]).not.toBe(signature[21])
  })

  it('changes the unused bits of the signature and nothing else', () => {
    const changed = String(made('flip_unused_bits'))
    expect(changed).not.toBe(token)
    const bytes = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('hex')
    expect(bytes(changed)).toBe(bytes(token))
  })

  it('changes claims and keeps the signature', () => {
    const changed = made('tamper_payload', { set: json('{"user_id": 1, "new": "${token}"}'), drop: ['exp'] })
    expect(String(changed).endsWith(`.${signature}`)).toBe(true)
    expect(opened(changed)).toMatchObject({ isSigned: false, claims: { token_type: 'access', new: token } })
    expect(opened(changed).claims).not.toHaveProperty('exp')
  })

  it('signs changed claims with the key of the server, and knows the server’s time', () => {
    const changed = opened(made('resign', { set: json('{"exp": "@now-10", "iat": "@now", "nbf": "@now+0.5"}') }))
    expect(changed.isSigned).toBe(true)
    expect(changed.claims).toEqual(
      json('{"token_type": "access", "exp": 1899999990, "user_id": 7, "iat": 1900000000, "nbf": 1900000000.5}'),
    )
  })

  it('signs with another key or algorithm, or with none', () => {
    expect(opened(made('resign', { key: '' }), '').isSigned).toBe(true)
    expect(opened(made('resign', { header: { alg: 'HS512' } }), stubSecretKey, 'sha512').isSigned).toBe(true)
    expect(made('resign', { header: { alg: 'none' } })).toMatch(/^[\w-]+\.[\w-]+\.$/)
  })

  it('cannot be played without a token, or without its operation', () => {
    expect(() => made('resign', { of: 'no token' })).toThrow('no token to change')
    expect(() => made('shred')).toThrow('unknown operation shred')
  })
})
