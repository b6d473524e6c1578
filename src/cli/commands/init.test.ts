import { readFileSync, statSync, writeFileSync } from 'node:fs'
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

it('makes another secret each time', async () => {
  const { run } = aCommandLine({ environment: withoutSettings })
  const secretOf = async () => /^SECRET_KEY=(.+)$/m.exec((await run('init', '--print')).out)?.[1]
  const first = await secretOf()
  expect(first).toHaveLength(43)
  expect(await secretOf()).not.toBe(first)
})

it('never overwrites a file, and says what to do instead', async () => {
  const { run, workingDirectory } = aCommandLine({ environment: withoutSettings })
  const path = join(workingDirectory, '.env')
  writeFileSync(path, 'PORT=9000\n')
  const { code, err } = await run('init')
  expect(code).toBe(1)
  expect(err).toBe(
    `${path} already exists, and init never overwrites a file. To see what it would write, run: latchkey init --print\n`,
  )
  expect(readFileSync(path, 'utf8')).toBe('PORT=9000\n')
})

it('names settings that exist, also in its comments', async () => {
  const { run } = aCommandLine({ environment: withoutSettings })
  const { out } = await run('init', '--print')
  const uncommented = out.replace(/^#([A-Z_]+=)/gm, '$1')
  const { workingDirectory } = aCommandLine()
  writeFileSync(join(workingDirectory, '.env'), uncommented)
  expect(() => loadConfig({ environment: {}, workingDirectory, random: systemRandom })).not.toThrow()
})

it('writes one file when four processes race, and tells the others', async () => {
  const { run } = aCommandLine({ environment: withoutSettings })
  const codes = await Promise.all([run('init'), run('init'), run('init'), run('init')])
  expect(codes.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1])
})
