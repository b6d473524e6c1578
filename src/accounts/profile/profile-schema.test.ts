import { describe, expect, it } from 'vitest'
import { readProfileSchema } from './profile-schema.ts'

const field = (schema: unknown) => JSON.stringify({ type: 'object', properties: { company: schema } })

describe('the schema of profile fields', () => {
  it('is read, and allows nothing that it does not declare', () => {
    const text = JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Profile',
      type: 'object',
      properties: { company: { type: 'string', maxLength: 100 }, newsletter: { type: 'boolean', default: false } },
      required: ['company'],
    })
    expect(readProfileSchema(text)).toEqual({ ...JSON.parse(text), additionalProperties: false })
  })

  it.each([
    { type: 'string', minLength: 1, maxLength: 9, pattern: '^\\p{L}+$' },
    { type: 'string', format: 'date' },
    { type: ['string', 'null'] },
    { type: 'integer', minimum: 0, exclusiveMaximum: 10, multipleOf: 2 },
    { enum: ['red', 'green', 1, null] },
    { const: true },
    { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 9, uniqueItems: true },
    { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
    { anyOf: [{ type: 'string' }, { type: 'number' }], not: { const: '' } },
    {},
    true,
  ])('may have a field of %j', (schema) => {
    expect(() => readProfileSchema(field(schema))).not.toThrow()
  })

  it.each([
    ['not JSON', 'company: string', 'is not JSON'],
    ['a list', '[]', 'is not a JSON object'],
    ['a schema of a text', '{"type": "string"}', 'is not a schema of an object'],
    ['one without fields', '{"type": "object"}', 'is not a schema of an object'],
    ['the fields themselves', '{"company": {"type": "string"}}', '"company" at its top'],
    [
      'one that allows undeclared members',
      '{"type": "object", "properties": {}, "additionalProperties": true}',
      'allows fields',
    ],
    [
      'a required field that is not declared',
      '{"type": "object", "properties": {}, "required": ["a"]}',
      'requires a field',
    ],
    ['required as a flag', '{"type": "object", "properties": {}, "required": true}', 'requires a field'],
    ['a field called __proto__', '{"type": "object", "properties": {"__proto__": {}}}', 'a field called "__proto__"'],
    ['a field with a space', '{"type": "object", "properties": {"my company": {}}}', 'a field called "my company"'],
    ['a misspelt type', field({ type: 'sting' }), '"properties.company.type" has an invalid value'],
    ['a misspelt keyword', field({ maxlength: 3 }), '"properties.company.maxlength" is not a keyword'],
    ['a keyword that is inherited', field({ constructor: 1 }), '"properties.company.constructor" is not a keyword'],
    ['a text for a number', field({ maxLength: '3' }), '"properties.company.maxLength" has an invalid value'],
    ['an invalid pattern', field({ pattern: '(' }), '"properties.company.pattern" has an invalid value'],
    ['a format that nobody checks', field({ format: 'iban' }), '"properties.company.format" has an invalid value'],
    ['a reference', field({ $ref: 'https://example.org/schema' }), '"properties.company.$ref" is not a keyword'],
    ['a condition', field({ if: {} }), '"properties.company.if" is not a keyword'],
    ['a choice of none', field({ anyOf: [] }), '"properties.company.anyOf" is not a schema'],
    ['a fault deep inside', field({ items: { items: { type: 1 } } }), '"properties.company.items.items.type"'],
    ['a text instead of a schema', field('string'), '"properties.company" is not a schema'],
  ])('may not be %s', (_what, text, sentence) => {
    expect(() => readProfileSchema(text)).toThrow(sentence)
  })
})
