import { describe, expect, it } from 'vitest'
import { GROUP_NAME_LIMIT, groupNameFaults, groupNameKey, normalizeGroupName } from './group.ts'

describe('the name of a group', () => {
  it.each(['Editors', 'Blog editors', 'Größe: 3', '編集者', 'a'.repeat(GROUP_NAME_LIMIT)])('may be %s', (name) =>
    expect(groupNameFaults(name)).toEqual([]),
  )

  it.each([
    ['', 'invalid_name'],
    [' Editors', 'invalid_name'],
    ['Editors\n', 'invalid_name'],
    ['Edi\u200btors', 'invalid_name'],
    ['Edi\u0007tors', 'invalid_name'],
    ['Edi\u202etors', 'invalid_name'],
    ['a'.repeat(GROUP_NAME_LIMIT + 1), 'too_long'],
    ['a\0', 'null_character'],
    ['a\ud800', 'surrogate'],
  ])('may not be %j: %s', (name, fault) => {
    expect(groupNameFaults(name)).toEqual([expect.objectContaining({ fault })])
  })

  it('is the same name in every case and width', () => {
    expect(groupNameKey('EDITORS')).toBe(groupNameKey('editors'))
    expect(groupNameKey('Ｅditors')).toBe(groupNameKey('editors'))
    expect(normalizeGroupName('Ｅditors')).toBe('Editors')
  })
})
