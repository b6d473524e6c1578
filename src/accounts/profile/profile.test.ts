import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProfileRule, PROFILE_LIMIT_BYTES, type Profile } from './profile.ts'
import { readProfileSchema } from './profile-schema.ts'

const rule = createProfileRule(
  readProfileSchema(
    JSON.stringify({
      type: 'object',
      properties: {
        company: { type: 'string', minLength: 1, maxLength: 100 },
        size: { type: 'integer', minimum: 1 },
        address: { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false },
        anything: {},
      },
      required: ['company'],
    }),
  ),
)
const faultsOf = (profile: Profile, members: Profile) => {
  const change = rule.change(profile, members)
  return change.kind === 'refused' ? change.faults : []
}

describe('a change of a profile', () => {
  it('sets the given members, keeps the others, and removes those that are null', () => {
    const before = { company: 'Analytical Engines', size: 2 }
    expect(rule.change(before, { size: 3 })).toEqual({ kind: 'changed', profile: { ...before, size: 3 } })
    expect(rule.change(before, { size: null })).toEqual({ kind: 'changed', profile: { company: before.company } })
    expect(before).toEqual({ company: 'Analytical Engines', size: 2 })
  })

  it('replaces a member as a whole', () => {
    const before = { company: 'a', address: { city: 'London' } }
    expect(rule.change(before, { address: {} })).toEqual({ kind: 'changed', profile: { company: 'a', address: {} } })
  })

  it.each([
    ['an unknown member', { company: 'a', is_staff: true }, 'is_staff', 'unknown_field'],
    ['an unknown member inside', { company: 'a', address: { street: 'x' } }, 'address/street', 'unknown_field'],
    ['a member with a name every object has', { company: 'a', constructor: 1 }, 'constructor', 'unknown_field'],
    ['a member called __proto__', JSON.parse('{"company":"a","__proto__":{"x":1}}'), '__proto__', 'unknown_field'],
    ['a required member left out', { size: 1 }, 'company', 'required'],
    ['a required member removed', { company: null }, 'company', 'required'],
    ['a wrong type', { company: 1 }, 'company', 'type'],
    ['a text that is too long', { company: 'a'.repeat(101) }, 'company', 'maxLength'],
    ['a fraction', { company: 'a', size: 1.5 }, 'size', 'type'],
    ['U+0000', { company: 'a\0' }, 'company', 'null_character'],
    ['half a surrogate pair inside', { company: 'a', anything: [{ x: '\ud800' }] }, 'anything/0/x', 'surrogate'],
    ['a name with U+0000', { company: 'a', anything: { 'x\0': 1 } }, 'anything', 'invalid_name'],
    ['more than the size limit', { company: 'a', anything: 'a'.repeat(PROFILE_LIMIT_BYTES) }, '', 'too_large'],
  ])('is refused with %s', (_what, members, path, fault) => {
    expect(faultsOf({}, members)).toEqual([{ path, fault }])
  })

  it('is refused without an internal error if values are deeply nested', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
    expect(faultsOf({ company: 'a' }, { anything: deep })).toEqual([
      { path: expect.stringMatching(/^anything(\/0)+$/), fault: 'too_deep' },
    ])
  })

  it('keeps members that an earlier schema allowed, and lets them be removed, not set', () => {
    const before = { company: 'a', former: 1 }
    expect(rule.change(before, { size: 1 })).toEqual({ kind: 'changed', profile: { ...before, size: 1 } })
    expect(rule.change(before, { former: null })).toEqual({ kind: 'changed', profile: { company: 'a' } })
    expect(faultsOf(before, { former: 2 })).toEqual([{ path: 'former', fault: 'unknown_field' }])
  })

  it('either is refused or gives a profile that has only declared members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
        const change = rule.change({ company: 'a' }, members as Profile)
        if (change.kind === 'refused') return change.faults.length > 0
        return Object.keys(change.profile).every((name) => ['company', 'size', 'address', 'anything'].includes(name))
      }),
    )
  })
})

describe('if no fields are declared', () => {
  it('every member is unknown, and an empty change is allowed', () => {
    const none = createProfileRule(undefined)
    expect(none.change({}, {})).toEqual({ kind: 'changed', profile: {} })
    expect(none.change({}, { company: 'a' })).toEqual({
      kind: 'refused',
      faults: [{ path: 'company', fault: 'unknown_field' }],
    })
  })
})
