import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isCommonPassword } from './common-passwords.ts'

const file = readFileSync(new URL('./common-passwords.txt.gz', import.meta.url))
const listed = gunzipSync(file).toString('utf8').split('\n')

describe('isCommonPassword', () => {
  it('knows the passwords of the list, including the first and the last', () => {
    expect(listed).toHaveLength(19_727)
    const longest = listed.toSorted((a, b) => b.length - a.length)
    const some = [...listed.filter((_, index) => index % 97 === 0), ...listed.slice(-1), ...longest.slice(0, 9)]
    expect(some.filter((password) => !isCommonPassword(password))).toEqual([])
  })

  it('compares in lower case and without the white space that Python strips', () => {
    expect(isCommonPassword('\u001c\u3000TrustNo1\u0085\n')).toBe(true)
    expect(isCommonPassword('\u200btrustno1')).toBe(false)
    expect(isCommonPassword('\ufefftrustno1')).toBe(false)
  })

  it('does not match a part of a password, nor several of them together', () => {
    const [first = '', second = '', third = ''] = listed
    for (const password of [
      '',
      ' ',
      '\n',
      second.slice(1),
      second.slice(0, -1),
      `${first}\n${second}`,
      `${second}${third}`,
    ]) {
      expect(isCommonPassword(password), JSON.stringify(password)).toBe(false)
    }
  })
})
