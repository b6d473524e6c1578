import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PasswordFault, type PasswordOwner, passwordFaults } from './password-policy.ts'

/** Faults in one word each, as the tables below write them. */
function brief(faults: PasswordFault[]): string[] {
  return faults.map((fault) => (fault.fault === 'too_similar' ? `too like ${fault.attribute}` : fault.fault))
}

describe('the similarity to the owner’s data', () => {
  // All answers here are those of Django 3.2.25.
  const cases: [why: string, password: string, owner: PasswordOwner, faults: string[]][] = [
    ['contains the name', 'testuser1', { username: 'testuser' }, ['too like username']],
    ['order does not count', 'resutset', { username: 'testuser' }, ['too like username']],
    ['case does not count', 'MEATEXAMPLE', { email: 'me@example.com' }, ['too like email']],
    ['0.7 exactly', 'abcdefgxxxxxx', { username: 'abcdefg' }, ['too like username']],
    ['just below 0.7', 'abcdefgxxxxxxx', { username: 'abcdefg' }, []],
    ['letters count as often as they occur', 't.e.s.t.u.s.e.r', { username: 'testuser' }, []],
    ['a part between separators', 'example!!', { email: 'me@example.com' }, ['too like email']],
    ['the value as a whole', 'example.com', { email: 'me@example.com' }, ['too like email']],
    ['an accent on its own separates', 'joséphine', { username: 'jose\u0301phine' }, ['too like username']],
    ['pieces far shorter than the password', 'xyzzy-xyzzy', { username: 'x@y' }, []],
    [
      'a part of more than a tenth of the length',
      'a'.repeat(20),
      { username: `a@${'a'.repeat(11)}` },
      ['too like username'],
    ],
    ['ten letters of twenty', 'a'.repeat(20), { username: `a@${'a'.repeat(10)}` }, []],
    ['an empty part and an empty password', '', { username: '@home' }, ['too like username', 'too_short']],
    ['no empty part', '', { username: 'home' }, ['too_short']],
    ['a final sigma', 'ΜΈΛΙΣΣΑΣ1', { username: 'μέλισσας' }, ['too like username']],
    ['only the last sigma is a final one', 'ςςςςςςςς', { username: 'ΣΣΣΣΣΣΣΣ' }, []],
    [
      'a dotted capital I becomes two characters',
      'i\u0307i\u0307i\u0307i\u0307',
      { username: 'İİİİ' },
      ['too like username'],
    ],
    ['no case folding beyond lower case', 'straße12', { username: 'STRASSE' }, []],
    ['separators only', '@@@@@@@@', { username: '@@@@@@' }, ['too like username']],
  ]

  it.each(cases)('%s: %j for %j', (_why, password, owner, faults) => {
    expect(brief(passwordFaults(password, owner))).toEqual(faults)
  })

  it('names the first of username, first name, last name and e-mail address only', () => {
    const owner = { username: 'j', firstName: 'John', lastName: 'Johnson', email: 'johnson@example.com' }
    expect(brief(passwordFaults('johnson99', owner))).toEqual(['too like last_name'])
  })

  it('is not checked without an owner, and skips what the owner left empty', () => {
    expect(passwordFaults('testuser-99')).toEqual([])
    expect(passwordFaults('testuser-99', { username: '', firstName: undefined })).toEqual([])
  })

  it('refuses every name as its own password, in any case and order', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary-ascii' }), (username) => {
        const anagram = [...username.toUpperCase()].reverse().join('')
        expect(brief(passwordFaults(username, { username }))).toContain('too like username')
        expect(brief(passwordFaults(anagram, { username }))).toContain('too like username')
      }),
    )
  })
})

describe('the checks that need no owner', () => {
  // These are Django 3.2.25's answers, too.
  const cases: [password: string, faults: string[]][] = [
    ['abcdefg', ['too_short', 'too_common']],
    ['短い', ['too_short']],
    ['😀'.repeat(7), ['too_short']],
    ['😀'.repeat(8), []],
    ['PassWord', ['too_common']],
    [' \u001cPASSWORD\u0085 ', ['too_common']],
    ['\ufeffpassword', []],
    ['pass word', []],
    ['12345678', ['too_common', 'entirely_numeric']],
    ['90210731', ['entirely_numeric']],
    ['٠١٢٣٤٥٦٧', ['entirely_numeric']],
    ['𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟', ['entirely_numeric']],
    ['²³¹²³¹²³', ['entirely_numeric']],
    ['①②③④⑤⑥⑦⑧', ['entirely_numeric']],
    ['½½½½½½½½', []],
    ['ⅧⅧⅧⅧⅧⅧⅧⅧ', []],
    ['一二三四五六七八', []],
    ['1234 5678', []],
    ['-90210731', []],
  ]

  it.each(cases)('%j', (password, faults) => {
    expect(brief(passwordFaults(password))).toEqual(faults)
  })

  it('says how long a password must be', () => {
    expect(passwordFaults('zq7!')).toEqual([{ fault: 'too_short', minimum: 8 }])
  })

  it('has no rule of composition: lower-case letters, spaces and emoji alone are enough (ASVS 6.2.5, 6.2.9)', () => {
    for (const password of ['qzjvkxwplmfgtbnhydrc', ' '.repeat(64), '🦊'.repeat(64), 'ß'.repeat(1000)]) {
      expect(passwordFaults(password, { username: 'testuser' })).toEqual([])
    }
  })
})

describe('the settings of the policy', () => {
  const rules = { minimumLength: 15, serviceNames: ['latchkey', 'Big Corp'] }

  it('include the least length, in code points', () => {
    expect(passwordFaults('q7 🦊 long enough', {}, rules)).toEqual([])
    expect(passwordFaults('q7 🦊 not enough', {}, { ...rules, minimumLength: 16 })).toEqual([
      { fault: 'too_short', minimum: 16 },
    ])
  })

  it('include the names of the service: no password is similar to these, whoever owns it', () => {
    const likened = (password: string) =>
      brief(passwordFaults(password, undefined, { ...rules, minimumLength: 8 })).includes('too like service_name')
    for (const password of ['latchkey', 'LatchKey-2026', 'yekhctal1', '!bigcorp', 'big-corp-9']) {
      expect(likened(password), password).toBe(true)
    }
    for (const password of ['latchkey for my own house', 'bigger corporations', 'locksmith']) {
      expect(likened(password), password).toBe(false)
    }
  })

  it('report the owner first', () => {
    expect(passwordFaults('latchkey-latch', { username: 'latchkey' }, { ...rules, minimumLength: 8 })).toEqual([
      { fault: 'too_similar', attribute: 'username' },
    ])
  })
})

it('report all faults at once, the similarity first', () => {
  expect(brief(passwordFaults('123456', { username: '123456' }))).toEqual([
    'too like username',
    'too_short',
    'too_common',
    'entirely_numeric',
  ])
})

it('work for enormous texts: linear work, or this would take minutes', () => {
  const large = 1 << 20
  const owner = { username: 'a@'.repeat(large), email: 'b'.repeat(large) }
  expect(passwordFaults(`x${' '.repeat(large)}x`, { username: 'x' })).toEqual([])
  expect(passwordFaults(`${'1'.repeat(large)}x`, owner)).toEqual([])
  expect(brief(passwordFaults('b'.repeat(large), owner))).toEqual(['too like email'])
})
