import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { goodSecret } from '../../test/support/config-folder.ts'
import { systemRandom } from '../platform/random.ts'
import { loadConfig } from './config.ts'

/** The secret of a command beside the server, in an empty folder or in one with a stored secret. */
function secretOf(
  missingSecretKey: 'keep' | 'none',
  { kept, ...environment }: Record<string, string | undefined> = {},
): string {
  const workingDirectory = mkdtempSync(join(tmpdir(), 'latchkey-secret-'))
  onTestFinished(() => rmSync(workingDirectory, { recursive: true, force: true }))
  if (kept !== undefined) {
    mkdirSync(join(workingDirectory, 'data'))
    writeFileSync(join(workingDirectory, 'data/secret-key'), kept)
  }
  try {
    const source = { environment, workingDirectory, debugByDefault: true, missingSecretKey, random: systemRandom }
    return loadConfig(source).keys.secretKey
  } finally {
    expect(existsSync(join(workingDirectory, 'data'))).toBe(kept !== undefined)
  }
}

describe('the secret of a command', () => {
  it('is SECRET_KEY if it is set', () => {
    expect(secretOf('keep', { SECRET_KEY: goodSecret, kept: 'another one' })).toBe(goodSecret)
    expect(secretOf('none', { SECRET_KEY: goodSecret })).toBe(goodSecret)
  })

  it('is otherwise the one that a development server has kept, and none is created', () => {
    expect(secretOf('keep', { kept: goodSecret })).toBe(goodSecret)
    expect(() => secretOf('keep')).toThrow(/SECRET_KEY: is not set, and there is none in .*secret-key/)
  })

  it('is not taken from there if DEBUG is off', () => {
    expect(() => secretOf('keep', { DEBUG: 'false', kept: goodSecret })).toThrow('SECRET_KEY: is not set')
  })

  it('is empty for commands that need none, whatever DEBUG is', () => {
    for (const DEBUG of ['true', 'false', undefined]) expect(secretOf('none', { DEBUG })).toBe('')
    expect(secretOf('none', { kept: goodSecret })).toBe('')
  })

  it('is refused if it is set and invalid, even if it is not needed', () => {
    expect(() => secretOf('none', { SECRET_KEY: 'hunter2' })).toThrow('has only 7 bytes')
  })
})
