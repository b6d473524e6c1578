import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  breachedCorpusFile,
  breachedPasswords,
  breachedPasswordsFile,
} from '../../../test/support/breached-passwords.ts'
import { aCommandLine, aReadyCommandLine } from '../../../test/support/command-line.ts'

const [BREACHED = ''] = breachedPasswords
const GOOD = 'copper-lantern-42'

/** Reads nothing from the environment except what a test sets. */
const aFilterLine = (environment: Record<string, string | undefined> = {}) =>
  aCommandLine({ environment: { SECRET_KEY: undefined, ...environment } })

describe('breached-passwords build', () => {
  const build = ['breached-passwords', 'build'] as const

  it('builds the same filter of passwords, byte for byte, in this version and the next ones', async () => {
    const cli = aFilterLine()
    const options = ['--plain', '--output', 'filter', '--false-positives', '0.000001']
    expect(await cli.run(...build, breachedCorpusFile, ...options)).toEqual({
      code: 0,
      out:
        'Built filter from 5 lines: 5 entries in 96 bytes; it also refuses 1 in 1,677,721 other passwords.\n' +
        'To use it, set BREACHED_PASSWORDS and restart the server.\n',
      err: '',
    })
    const built = readFileSync(join(cli.workingDirectory, 'filter'))
    expect(built.equals(readFileSync(breachedPasswordsFile))).toBe(true)
  })

  it('reads digests with their counts from standard input, and reports the result as JSON', async () => {
    const cli = aFilterLine()
    // SHA-1 of "password" and of "hunter2".
    const corpus = '5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179\r\nF3BBBD66A63D4BF1747940578EC3D0103530E21D:4\r\n'
    const built = await cli.pipe(corpus, ...build, '-', '--output', 'filter', '--min-count', '5', '--json')
    expect(JSON.parse(built.out)).toEqual({
      output: 'filter',
      lines: 2,
      entries: 1,
      size_bytes: expect.any(Number),
      false_positives: 1 / 1024,
    })
    const isIn = async (password: string) => {
      const asked = await cli.pipe(password, 'breached-passwords', 'check', '--stdin', '--filter', 'filter', '--json')
      return JSON.parse(asked.out).breached
    }
    expect([await isIn('password'), await isIn('hunter2')]).toEqual([true, false])
  })

  it('needs no valid settings, because it may be building the filter that they name', async () => {
    const cli = aFilterLine({ BREACHED_PASSWORDS: 'filter', PORT: 'eighty' })
    expect(await cli.run(...build, breachedCorpusFile, '--plain', '--output', 'filter')).toMatchObject({ code: 0 })
  })

  it('refuses a corpus of another form, and says where and what to do', async () => {
    const cli = aFilterLine()
    writeFileSync(join(cli.workingDirectory, 'corpus.txt'), `${BREACHED}\n`)
    const refused = await cli.run(...build, 'corpus.txt', '--output', 'filter')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('corpus.txt, line 1: it does not begin with 40 hexadecimal digits')
    expect(refused.err).toContain('--plain')
    expect(refused.err).not.toContain(BREACHED)
    expect(await cli.run(...build, 'missing.txt', '--output', 'filter')).toMatchObject({
      code: 1,
      err: expect.stringContaining('missing.txt does not exist. Check the path.'),
    })
    expect((await cli.run('breached-passwords', 'show', '--filter', 'filter')).err).toContain('filter does not exist')
  })

  it('does not disturb another build', async () => {
    const cli = aFilterLine()
    writeFileSync(join(cli.workingDirectory, 'filter.draft'), '')
    const refused = await cli.run(...build, breachedCorpusFile, '--plain', '--output', 'filter')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('filter.draft exists') })
  })

  it.each([
    [['corpus']],
    [['--output', 'filter']],
    [['corpus', '--output', 'filter', '--false-positives', '0']],
    [['corpus', '--output', 'filter', '--false-positives', '1%']],
    [['corpus', '--output', 'filter', '--false-positives', '0.2']],
    [['corpus', '--output', 'filter', '--min-count', '-1']],
    [['corpus', '--output', 'filter', '--plain', '--min-count', '3']],
  ])('exits with 2 when it is called with %j', async (argumentTexts) => {
    expect(await aFilterLine().run(...build, ...argumentTexts)).toMatchObject({ code: 2, out: '' })
  })
})

describe('breached-passwords show and check', () => {
  it('use BREACHED_PASSWORDS, without a database', async () => {
    const cli = aFilterLine({ BREACHED_PASSWORDS: breachedPasswordsFile })
    expect(await cli.run('breached-passwords', 'show')).toMatchObject({
      code: 0,
      out: '5 entries in 96 bytes; it also refuses 1 in 1,677,721 other passwords.\n',
    })
    const check = ['breached-passwords', 'check'] as const
    const asked = await cli.talk([['Password: ', BREACHED]], ...check)
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('The password is in the filter.') })
    expect(asked.err).not.toContain(BREACHED)
    expect((await cli.pipe(`${GOOD}\n`, ...check, '--stdin')).out).toBe('The password is not in the filter.\n')
    expect(await cli.run(...check)).toMatchObject({ code: 1, err: expect.stringContaining('--stdin') })
  })

  it('refuse if there is no filter, or none that can be used', async () => {
    const cli = aFilterLine()
    const none = await cli.run('breached-passwords', 'show')
    expect(none).toMatchObject({ code: 1, err: 'BREACHED_PASSWORDS is not set. Set it, or pass --filter FILE.\n' })
    const other = await cli.run('breached-passwords', 'show', '--filter', breachedCorpusFile)
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('is not a filter of breached passwords') })
    const faulty = await aFilterLine({ BREACHED_PASSWORDS: 'nothing' }).run('breached-passwords', 'show')
    expect(faulty).toMatchObject({ code: 1, err: expect.stringContaining('nothing does not exist') })
  })
})

describe('with BREACHED_PASSWORDS, commands', () => {
  const environment = { BREACHED_PASSWORDS: breachedPasswordsFile }

  it('set none of these passwords, however they are passed', async () => {
    const cli = await aReadyCommandLine(undefined, { environment })
    const told = 'It was exposed in a data breach.'
    expect(await cli.pipe(BREACHED, 'users', 'create', 'anna', '--stdin')).toMatchObject({
      code: 1,
      err: expect.stringContaining(told),
    })
    await cli.pipe(GOOD, 'users', 'create', 'anna', '--stdin')
    const changed = await cli.talk(
      [
        ['Password: ', BREACHED],
        ['Password: ', 'silver-lantern-43'],
        ['Password (again): ', 'silver-lantern-43'],
      ],
      ...['changepassword', 'anna'],
    )
    expect(changed).toMatchObject({ code: 0, err: expect.stringContaining(told) })

    const unasked = await aReadyCommandLine(undefined, {
      environment: { ...environment, DJANGO_SUPERUSER_PASSWORD: BREACHED },
    })
    const made = await unasked.run('createsuperuser', '--noinput', '--username', 'root', '--email', '')
    expect(made).toMatchObject({ code: 1, err: `password: ${told}\n` })
  })

  it('refuse to set any while the filter is damaged, because the operator can repair it', async () => {
    const path = join(aFilterLine().workingDirectory, 'filter')
    copyFileSync(breachedPasswordsFile, path)
    const cli = await aReadyCommandLine(undefined, { environment: { BREACHED_PASSWORDS: path } })
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0, 80))
    expect(await cli.pipe(GOOD, 'users', 'create', 'anna', '--stdin')).toMatchObject({
      code: 1,
      err: expect.stringContaining('filter is damaged: part 0 of it was changed. Copy or build it again.'),
    })
    truncateSync(path, 10)
    expect(await cli.pipe(GOOD, 'users', 'create', 'anna', '--stdin')).toMatchObject({
      code: 1,
      err: expect.stringContaining('BREACHED_PASSWORDS'),
    })
    // This command needs no filter.
    expect(await cli.run('users', 'list')).toMatchObject({ code: 0 })
  })
})
