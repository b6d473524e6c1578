import { describe, expect, it } from 'vitest'
import { HookFault, maxHookClaimsBytes, readClaims, readRefusal } from './hook-answer.ts'

const refuse = (refusal: unknown) => ({ refuse: refusal })
const good = { code: 'not_on_the_list', message: 'Ask for an invitation.' }

describe('the answer of a hook', () => {
  it.each([undefined, {}, { claims: { a: 1 } }, { refuse: undefined }])('lets the operation pass: %o', (answer) => {
    expect(readRefusal(answer)).toBeUndefined()
  })

  it('refuses, with a code for programs and a message for people', () => {
    expect(readRefusal(refuse(good))).toMatchObject({ code: 'hook_refused', hookRefusal: good, faults: [] })
  })

  it('refuses a field', () => {
    expect(readRefusal(refuse({ ...good, field: 'email' }))).toMatchObject({
      code: 'invalid_fields',
      faults: [{ field: 'email', fault: good.code, message: good.message }],
    })
  })

  it.each([
    null,
    false,
    true,
    'no',
    [],
    refuse(null),
    refuse(true),
    refuse('no'),
    refuse({ message: good.message }),
    refuse({ code: good.code }),
    refuse({ ...good, code: 'With blanks' }),
    refuse({ ...good, code: 'a'.repeat(65) }),
    refuse({ ...good, code: 'token_not_valid' }),
    refuse({ ...good, message: '' }),
    refuse({ ...good, message: 'a'.repeat(501) }),
    refuse({ ...good, message: { toString: () => 'no' } }),
    refuse({ ...good, field: '__proto__' }),
    refuse({ ...good, field: 7 }),
  ])('is an error if nobody can say what it means: %o', (answer) => {
    expect(() => readRefusal(answer)).toThrow(HookFault)
  })
})

describe('claims of a hook', () => {
  it('are what JSON makes of them', () => {
    const at = new Date(0)
    expect(readClaims({ claims: { tenant: 'a', at, none: undefined, list: [1, { b: null }] } })).toEqual({
      tenant: 'a',
      at: '1970-01-01T00:00:00.000Z',
      list: [1, { b: null }],
    })
  })

  it.each([undefined, {}, { claims: undefined }])('are missing for %o', (answer) =>
    expect(readClaims(answer)).toEqual({}),
  )

  it('may take up 1 KiB', () => {
    const fits = { a: 'x'.repeat(maxHookClaimsBytes - '{"a":""}'.length) }
    expect(readClaims({ claims: fits })).toEqual(fits)
    expect(() => readClaims({ claims: { ...fits, b: 1 } })).toThrow('more than 1024 bytes')
  })

  it('may be nested, but no token is refused for it', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    expect(readClaims({ claims: { a: nested(7) } })).toEqual({ a: nested(7) })
    expect(() => readClaims({ claims: { a: nested(8) } })).toThrow('more than 8 deep')
  })

  it.each([
    [{ claims: [] }, 'claims is not an object'],
    [{ claims: 'all' }, 'claims is not an object'],
    [{ claims: { id: 1n } }, 'are not JSON'],
    [{ claims: { toJSON: () => [] } }, 'not a JSON object'],
    [{ claims: { toJSON: () => undefined } }, 'not a JSON object'],
  ])('are refused as %o', (answer, fault) => expect(() => readClaims(answer)).toThrow(fault))

  it('that refer to themselves are refused', () => {
    const ring: Record<string, unknown> = {}
    ring.ring = ring
    expect(() => readClaims({ claims: ring })).toThrow('are not JSON')
  })
})
