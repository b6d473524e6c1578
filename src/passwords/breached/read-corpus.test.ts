import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { prefixOfPassword } from './hash-prefix.ts'
import { type CorpusOptions, readCorpus } from './read-corpus.ts'

const sha1 = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

/** What a corpus lists, with standard input in pieces of the given text. */
async function read(input: (string | Buffer)[], options: Partial<CorpusOptions> = {}) {
  const prefixes: number[] = []
  const standardInput = Readable.from(input.map((piece) => Buffer.from(piece)))
  const lines = await readCorpus(
    { sources: ['-'], standardInput, form: 'digests', minimumCount: 1, ...options },
    (prefix) => prefixes.push(prefix),
  )
  return { lines, prefixes }
}

const listing = (...passwords: string[]) => passwords.map(prefixOfPassword)

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-corpus-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('the prefix of a password', () => {
  it('is the first 13 digits of its SHA-1', () => {
    expect(prefixOfPassword('password')).toBe(0x5baa61e4c9b93)
    expect(prefixOfPassword('пароль').toString(16).padStart(13, '0')).toBe(sha1('пароль').slice(0, 13).toLowerCase())
  })
})

describe('a corpus of digests', () => {
  it('is read with counts and without, in either case, with any line ends', async () => {
    const text = `${sha1('one')}:12\r\n${sha1('two').toLowerCase()}\n\n${sha1('three')}:1`
    expect(await read([text])).toEqual({ lines: 3, prefixes: listing('one', 'two', 'three') })
  })

  it('is read in whatever pieces the text arrives', async () => {
    const text = `\ufeff${sha1('one')}:12\r\n${sha1('two')}:3\r\n`
    const bytes = Buffer.from(text)
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
    expect(await read(pieces)).toEqual({ lines: 2, prefixes: listing('one', 'two') })
  })

  it('leaves out what was seen too rarely', async () => {
    const text = `${sha1('often')}:10\n${sha1('rarely')}:9\n${sha1('once')}\n${sha1('padding')}:0\n`
    expect((await read([text], { minimumCount: 10 })).prefixes).toEqual(listing('often'))
    expect((await read([text])).prefixes).toEqual(listing('often', 'rarely', 'once'))
  })

  it('may be a folder of ranges, whose names the lines leave out', async () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'ranges'))
    for (const password of ['one', 'two', 'three']) {
      const digest = sha1(password)
      writeFileSync(join(folder, 'ranges', `${digest.slice(0, 5)}.txt`), `${digest.slice(5)}:4\r\n`)
    }
    const { lines, prefixes } = await read([], { sources: [join(folder, 'ranges')] })
    expect(lines).toBe(3)
    expect(prefixes.toSorted()).toEqual(listing('one', 'two', 'three').toSorted())
  })

  it.each([
    ['passwords', 'hunter2\n', 'line 1: it does not begin with 40 hexadecimal digits. If the lines are passwords'],
    [
      'a digest with more after it',
      `${sha1('a')}:1\n${sha1('b')};2\n`,
      'line 2: it has something other than a colon and a count',
    ],
    ['an empty count', `${sha1('a')}:\n`, 'after the digest'],
    ['a count that is not one', `${sha1('a')}:1x\n`, 'after the digest'],
    ['a digest that is cut off', sha1('a').slice(0, 39), 'does not begin with 40'],
    ['NTLM hashes', `${sha1('a').slice(0, 32)}:5\n`, 'like an NTLM hash'],
    ['a range without its name', `${sha1('a').slice(5)}:5\n`, 'lacks the first five digits'],
    ['one endless line', Buffer.alloc(70_000, 0x41), 'longer than any password'],
  ])('refuses %s, and says where', async (_, text, told) => {
    await expect(read([text])).rejects.toThrow(told)
    await expect(read([text])).rejects.toThrow('standard input, line')
  })

  it('repeats no part of a line that it refuses', async () => {
    await expect(read(['hunter2\n'])).rejects.not.toThrow('hunter2')
  })
})

describe('a corpus of passwords', () => {
  it('treats every byte of a line as part of the password, except the line break', async () => {
    const text = ' blanks \t\r\npässword\n\n\u{1f98a}\n'
    const { lines, prefixes } = await read([text], { form: 'passwords' })
    expect(lines).toBe(3)
    expect(prefixes).toEqual(listing(' blanks \t', 'pässword', '\u{1f98a}'))
  })

  it('may contain bytes that are not text', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x80])
    expect((await read([bytes], { form: 'passwords' })).prefixes).toEqual([prefixOfPassword(bytes)])
  })
})
