import { describe, expect, it } from 'vitest'
import { type Schema, typeText } from '../build/type-text.ts'

describe('the TypeScript of a schema', () => {
  const text = (schema: Schema, isInput = false) => typeText(schema, { shared: new Map(), isInput })

  it.each<[string, Schema]>([
    ['string', { type: 'string' }],
    ['number', { type: 'integer' }],
    ['null', { type: 'null' }],
    ["'a' | 'b'", { enum: ['a', 'b'] }],
    ["'it\\'s'", { const: "it's" }],
    ['string | null', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ['string[]', { type: 'array', items: { type: 'string' } }],
    ["('a' | 'b')[]", { type: 'array', items: { enum: ['a', 'b'] } }],
    ['Record<string, unknown>', { type: 'object' }],
    ['Record<string, number>', { type: 'object', additionalProperties: { type: 'number' } }],
    ['unknown', { description: 'anything' }],
  ])('is %s', (expected, schema) => {
    expect(text(schema)).toBe(expected)
  })

  const pair: Schema = {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'string', description: 'What it is' },
      'b-c': { type: 'array', items: { type: 'number' } },
    },
  }

  it('has the descriptions of members, and says which may be absent', () => {
    expect(text(pair)).toBe("{\n  /** What it is */\n  a: string\n  'b-c'?: number[]\n}")
  })

  it('lets those who write a value leave a member undefined, and give a list they may not change', () => {
    expect(text(pair, true)).toContain("'b-c'?: readonly number[] | undefined")
  })

  it('uses the name of a schema wherever it occurs', () => {
    const shared = new Map([[JSON.stringify(pair), 'Pair']])
    expect(typeText({ type: 'array', items: pair }, { shared, isInput: false })).toBe('Pair[]')
  })

  it('is refused if it could not be exact', () => {
    expect(() => text({ type: 'tuple' })).toThrow('type-text.ts')
  })
})
