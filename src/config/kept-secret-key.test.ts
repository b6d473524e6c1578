import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { aConfigFolder, goodSecret } from '../../test/support/config-folder.ts'

const debug = { SECRET_KEY: undefined, DEBUG: 'true' }

describe('the secret of a development server', () => {
  it('is created once and kept for the next start, readable by its owner only', () => {
    const folder = aConfigFolder()
    const first = folder.load(debug).keys.secretKey
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(folder.load(debug).keys.secretKey).toBe(first)
    expect(readFileSync(join(folder.path, 'data/secret-key'), 'utf8')).toBe(`${first}\n`)
    expect(readdirSync(join(folder.path, 'data'))).toEqual(['secret-key'])
    if (process.platform !== 'win32') expect(statSync(join(folder.path, 'data/secret-key')).mode & 0o777).toBe(0o600)
  })

  it('is different for every server', () => {
    expect(aConfigFolder().load(debug).keys.secretKey).not.toBe(aConfigFolder().load(debug).keys.secretKey)
  })

  it('is stored beside the SQLite file, or in data/ with PostgreSQL', () => {
    const folder = aConfigFolder()
    folder.load({ ...debug, DATABASE_URL: 'sqlite:elsewhere/db.sqlite3' })
    expect(existsSync(join(folder.path, 'elsewhere/secret-key'))).toBe(true)
    expect(existsSync(join(folder.path, 'data'))).toBe(false)
    folder.load({ ...debug, DATABASE_URL: 'postgres://db/latchkey' })
    expect(existsSync(join(folder.path, 'data/secret-key'))).toBe(true)
  })

  it('is neither created nor used if one is set', () => {
    const folder = aConfigFolder()
    folder.load({ DEBUG: 'true', SECRET_KEY: goodSecret })
    expect(existsSync(join(folder.path, 'data'))).toBe(false)
  })

  it('is not used without DEBUG', () => {
    const folder = aConfigFolder()
    folder.load(debug)
    expect(folder.faults({ SECRET_KEY: undefined })).toEqual([expect.stringContaining('SECRET_KEY: is not set')])
  })

  it('is checked like any other when it is read back', () => {
    const folder = aConfigFolder()
    folder.write('data/secret-key', 'hunter2\n')
    const faults = folder.faults(debug)
    expect(faults).toEqual([expect.stringMatching(/^SECRET_KEY: the one in .* has only 7 bytes .* delete that file/)])
    expect(faults.join()).not.toContain('hunter2')
  })

  it('is required if it cannot be stored', () => {
    const folder = aConfigFolder()
    symlinkSync(join(folder.path, 'nowhere', 'at', 'all'), join(folder.path, 'data'))
    expect(folder.faults(debug)).toEqual([
      expect.stringMatching(
        /^SECRET_KEY: is not set, and Latchkey cannot store a generated one in .*data.secret-key \(E[A-Z]+\)/,
      ),
    ])
  })

  it('is the same for four processes that start at once', async () => {
    const folder = aConfigFolder()
    const config = new URL('./config.ts', import.meta.url).href
    const random = new URL('../platform/random.ts', import.meta.url).href
    const script = `
      import { loadConfig } from '${config}'
      import { systemRandom } from '${random}'
      process.stdout.write('ready')
      process.stdin.once('data', () => {
        const source = { environment: { DEBUG: 'true' }, workingDirectory: process.argv[1], random: systemRandom }
        process.stdout.write(loadConfig(source).keys.secretKey)
        process.exit()
      })`
    const processes = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script, folder.path], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
    const outputs = processes.map(({ stdout }) => text(stdout))
    await Promise.all(processes.map(({ stdout }) => once(stdout, 'data')))
    for (const { stdin } of processes) stdin.end('go')
    const kept = readKept(folder.path)
    expect(await Promise.all(outputs)).toEqual(Array(4).fill(`ready${kept()}`))
  })
})

function readKept(folder: string): () => string {
  return () => readFileSync(join(folder, 'data/secret-key'), 'utf8').trim()
}
