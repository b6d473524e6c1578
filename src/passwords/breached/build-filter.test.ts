import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type BuildOptions, buildFilter } from './build-filter.ts'
import { openBreachedPasswords } from './filter-file.ts'
import { falsePositiveRate, indexPosition } from './filter-format.ts'

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-filter-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Builds a filter of these passwords. */
async function build(passwords: readonly string[], options: Partial<BuildOptions> = {}) {
  const outputPath = join(aFolder(), 'filter')
  const standardInput = Readable.from([Buffer.from(passwords.join('\n'))])
  const built = await buildFilter({
    sources: ['-'],
    standardInput,
    form: 'passwords',
    minimumCount: 1,
    outputPath,
    falsePositiveRate: 0.001,
    ...options,
  })
  return { path: outputPath, ...built }
}

async function open(path: string) {
  const filter = await openBreachedPasswords(path)
  onTestFinished(() => filter.close())
  return filter
}

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}-${index}`)

describe('a filter', () => {
  it('contains every password of its corpus, whatever it is and in any order', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !/[\r\n]/.test(text))
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 1, maxLength: 600 }),
        fc.constantFrom(0.1, 0.001, 0.000001),
        async (passwords, rate) => {
          const { path } = await build(passwords, { falsePositiveRate: rate })
          const filter = await open(path)
          for (const password of passwords) expect(await filter.has(password), password).toBe(true)
        },
      ),
      { numRuns: 25 },
    )
  })

  it.each([0.1, 0.01, 0.001])(
    'refuses others as often as its header says, and no more than requested: %f',
    async (rate) => {
      const { path, header } = await build(numbered('known', 9_000), { falsePositiveRate: rate })
      const stated = falsePositiveRate(header)
      expect(stated).toBeLessThanOrEqual(rate)
      const filter = await open(path)
      const tries = 20_000
      let hits = 0
      for (const other of numbered('other', tries)) if (await filter.has(other)) hits += 1
      // The passwords are the same in each run, so this does not fail by chance. It still allows five standard deviations.
      const slack = 5 * Math.sqrt(stated / tries)
      expect(Math.abs(hits / tries - stated)).toBeLessThan(slack)
    },
  )

  it('counts a password that is listed several times as one', async () => {
    const passwords = numbered('known', 1_000)
    const once = await build(passwords)
    const thrice = await build([...passwords, ...passwords, ...passwords])
    expect(thrice.lines).toBe(3_000)
    expect(thrice.header.count).toBe(once.header.count)
    expect(falsePositiveRate(thrice.header)).toBeLessThanOrEqual(0.001)
  })

  it('is the same byte for byte, in whatever order the corpus comes', async () => {
    const passwords = numbered('known', 5_000)
    const [one, other] = [await build(passwords), await build(passwords.toReversed())]
    expect(readFileSync(one.path).equals(readFileSync(other.path))).toBe(true)
  })

  it('is built from more than fits into memory, with files that are gone afterwards', async () => {
    // 256 parts keep 8,192 each in memory. All of these belong to one part, and come in reverse.
    const count = 30_000
    const digest = (index: number) => `a7${index.toString(16).padStart(8, '0')}${'0'.repeat(30)}\n`
    function* lines() {
      for (let index = count - 1; index >= 0; index -= 1) yield Buffer.from(digest(index * 65_536))
    }
    const { path, header } = await build([], {
      form: 'digests',
      standardInput: Readable.from(lines()),
      falsePositiveRate: 0.000001,
    })
    expect(header.count).toBe(count)
    expect(readdirSync(join(path, '..'))).toEqual(['filter'])
  })

  it('takes a byte and a half for each password at 1 in 1,000', async () => {
    const { header } = await build(numbered('known', 50_000))
    expect((header.sizeBytes * 8) / header.count).toBeLessThan(13)
  })
})

describe('the building of a filter', () => {
  it('keeps an existing filter, and leaves nothing else behind, if the corpus is invalid', async () => {
    const { path } = await build(['known'])
    const before = readFileSync(path)
    const standardInput = () => Readable.from([Buffer.from('no digest\n')])
    await expect(build([], { outputPath: path, form: 'digests', standardInput: standardInput() })).rejects.toThrow()
    await expect(build([''], { outputPath: path })).rejects.toThrow('is empty')
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual(['filter'])
  })

  it('replaces an existing filter, which a server that has it open continues to use', async () => {
    const { path } = await build(['former'], { falsePositiveRate: 0.000001 })
    const former = await open(path)
    await build(['latter'], { outputPath: path, falsePositiveRate: 0.000001 })
    const latter = await open(path)
    expect([await former.has('former'), await former.has('latter')]).toEqual([true, false])
    expect([await latter.has('former'), await latter.has('latter')]).toEqual([false, true])
  })

  it('does not disturb another build', async () => {
    const { path } = await build(['known'])
    writeFileSync(`${path}.draft`, 'of another process')
    await expect(build(['known'], { outputPath: path })).rejects.toThrow('EEXIST')
    expect(readFileSync(`${path}.draft`, 'utf8')).toBe('of another process')
  })

  it('refuses invalid digests, because far too many begin alike', async () => {
    const alike = Readable.from(
      Array.from({ length: 70_000 }, (_, index) =>
        Buffer.from(`00000${(index * 2 ** 15).toString(16).padStart(8, '0')}${'0'.repeat(27)}\n`),
      ),
    )
    const built = build([], { form: 'digests', standardInput: alike, falsePositiveRate: 0.000001 })
    await expect(built).rejects.toThrow('begin with the same digits')
  })
})

describe('a filter that is overwritten while it is open', () => {
  it('is not mistaken for the previous one', async () => {
    const { path } = await build(numbered('known', 3_000), { falsePositiveRate: 0.0001 })
    const filter = await open(path)
    const other = await build(numbered('known', 9_000), { falsePositiveRate: 0.001 })
    writeFileSync(path, readFileSync(other.path))
    for (const password of numbered('known', 50)) {
      await expect(filter.has(password)).rejects.toThrow('is damaged')
    }
  })
})

describe('opening a filter', () => {
  it('refuses a missing file, a folder, another file, and a truncated filter', async () => {
    const { path } = await build(numbered('known', 500))
    const folder = join(path, '..')
    await expect(openBreachedPasswords(join(folder, 'nothing'))).rejects.toThrow('does not exist')
    await expect(openBreachedPasswords(folder)).rejects.toThrow('cannot be read (EISDIR)')
    writeFileSync(join(folder, 'text'), 'password\n'.repeat(100))
    await expect(openBreachedPasswords(join(folder, 'text'))).rejects.toThrow('is not a filter')
    truncateSync(path, 400)
    await expect(openBreachedPasswords(path)).rejects.toThrow('is damaged')
  })

  it('detects at the lookup that the index or a bucket was changed, or the file became shorter', async () => {
    const { path, header } = await build(numbered('known', 5_000))
    const whole = readFileSync(path)
    const asks = numbered('other', 200)
    const outcome = async (change: (bytes: Buffer) => Buffer | undefined) => {
      const bytes = Buffer.from(whole)
      const filter = await openBreachedPasswords(path)
      writeFileSync(path, change(bytes) ?? bytes)
      const told = await Promise.all(asks.map((password) => filter.has(password).catch(String)))
      await filter.close()
      writeFileSync(path, whole)
      return new Set(told.map((answer) => (typeof answer === 'string' ? answer.replace(/\d+/, 'N') : 'answered')))
    }
    const changed = 'FilterFileError: is damaged: part N of it was changed. Copy or build it again.'
    expect(await outcome((bytes) => void bytes.fill(0x41, indexPosition(2 ** header.bucketBits + 1)))).toEqual(
      new Set([changed]),
    )
    const index = await outcome((bytes) => void bytes.fill(0xff, 64, indexPosition(2 ** header.bucketBits + 1)))
    expect(index).toEqual(new Set(['FilterFileError: is damaged: its index was changed. Copy or build it again.']))
    const shorter = await outcome((bytes) => bytes.subarray(0, 64))
    expect(shorter).toEqual(new Set(['FilterFileError: is damaged: it became shorter. Copy or build it again.']))
  })
})
