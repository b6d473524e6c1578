import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aCommandLine } from '../../../test/support/command-line.ts'
import { loadConfig } from '../../config/config.ts'
import { systemRandom } from '../../platform/random.ts'

const withoutSettings = { SECRET_KEY: undefined, DATABASE_URL: undefined }

it('writes settings with which a server starts, and that only their owner can read', async () => {
  const { run, workingDirectory } = aCommandLine({ environment: withoutSettings })
  const { code, out, err } = await run('init')
  const path = join(workingDirectory, '.env')
  expect({ code, out }).toEqual({ code: 0, out: '' })
  expect(err).toContain(`Wrote ${path}`)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const { debug, keys } = loadConfig({ environment: {}, workingDirectory, random: systemRandom })
  expect(debug).toBe(false)
  expect(keys.secretKey).toHaveLength(43)
  expect(err).not.toContain(keys.secretKey)
})

it('creates another secret each time', async () => {
  const { run } = aCommandLine({ environment: withoutSettings })
  const secretOf = async () => /^SECRET_KEY=(.+)$/m.exec((await run('init', '--print')).out)?.[1]
  const first = await secretOf()
  expect(first).toHaveLength(43)
  expect(await secretOf()).not.toBe(first)
})

it.each([
  ['PORT=9000\n', 'To add the settings to it, run: npx latchkey init --print >> .env'],
  ['# old\nSECRET_KEY=something\n', 'so you need no other file. To start the server, run: npx latchkey dev'],
])('never overwrites a file, and says what to do instead: %j', async (text, cure) => {
  const { run, workingDirectory } = aCommandLine({ environment: withoutSettings })
  const path = join(workingDirectory, '.env')
  writeFileSync(path, text)
  const { code, err } = await run('init')
  expect(code).toBe(1)
  expect(err).toMatch(new RegExp(`^${path} already exists.*${RegExp.escape(cure)}\n$`))
  expect(readFileSync(path, 'utf8')).toBe(text)
})

it('writes a file whose missing settings are added by the command that it names', async () => {
  const { run, workingDirectory } = aCommandLine({ environment: withoutSettings })
  const { out } = await run('init', '--print')
  writeFileSync(join(workingDirectory, '.env'), `PORT=9000${out}`)
  const { http, keys } = loadConfig({ environment: {}, workingDirectory, random: systemRandom })
  expect([http.port, keys.secretKey.length]).toEqual([9000, 43])
})

it('says so if it may not write', async () => {
  const { run, workingDirectory } = aCommandLine({ environment: withoutSettings })
  rmSync(workingDirectory, { recursive: true })
  const { code, err } = await run('init')
  expect([code, err]).toEqual([1, expect.stringContaining('cannot be written. Run init in a folder that you may')])
})

it.each([
  ['', true],
  ['node_modules/\n', true],
  ['node_modules/\n.env\n', false],
  ['.env*\n', false],
])('tells users of Git who do not ignore %j how to keep the secret out of it: %s', async (ignored, isTold) => {
  const { run, workingDirectory } = aCommandLine({ environment: withoutSettings })
  mkdirSync(join(workingDirectory, '.git'))
  if (ignored !== '') writeFileSync(join(workingDirectory, '.gitignore'), ignored)
  expect((await run('init')).err.includes('>> .gitignore')).toBe(isTold)
})

it('names only settings that exist, in its comments too', async () => {
  const { run } = aCommandLine({ environment: withoutSettings })
  const { out } = await run('init', '--print')
  const uncommented = out.replace(/^#([A-Z_]+=)/gm, '$1')
  const { workingDirectory } = aCommandLine()
  writeFileSync(join(workingDirectory, '.env'), uncommented)
  expect(() => loadConfig({ environment: {}, workingDirectory, random: systemRandom })).not.toThrow()
})

it('writes one file when four processes race, and the others say so', async () => {
  const { run } = aCommandLine({ environment: withoutSettings })
  const codes = await Promise.all([run('init'), run('init'), run('init'), run('init')])
  expect(codes.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1])
})
