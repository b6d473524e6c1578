import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { memoryFolder } from './memory-folder.ts'

/** A secret that passes the checks. */
export const goodSecret = 'Zr8vT1kQw3mXy6Ub9Hs2Lp5Nc7Jd4Ga0'

export type ConfigFolder = {
  path: string
  write(name: string, content: string | Buffer): void
  /** Loads the settings of this folder. `SECRET_KEY` is a valid one unless it is passed, even as undefined. */
  load(environment?: Record<string, string | undefined>, options?: { debugByDefault?: boolean }): Config
  /** The faults of settings that are refused. */
  faults(environment?: Record<string, string | undefined>, options?: { debugByDefault?: boolean }): readonly string[]
}

/** An empty working directory, deleted after the test. */
export function aConfigFolder(): ConfigFolder {
  const path = mkdtempSync(join(memoryFolder(), 'latchkey-config-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))

  const load: ConfigFolder['load'] = (environment = {}, options = {}) =>
    loadConfig({
      environment: { SECRET_KEY: goodSecret, ...environment },
      workingDirectory: path,
      random: systemRandom,
      ...options,
    })
  return {
    path,
    write(name, content) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), content)
    },
    load,
    faults(environment, options) {
      try {
        load(environment, options)
      } catch (error) {
        if (error instanceof ConfigError) return error.faults
        throw error
      }
      return []
    },
  }
}
