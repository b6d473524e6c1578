import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The names under which a deployment's module is found by itself, the first one first. */
const names = ['latchkey.config.ts', 'latchkey.config.mjs', 'latchkey.config.js'] as const

/** The path of the module in the working directory; undefined if there is none. */
export function findConfigModule(workingDirectory: string): string | undefined {
  return names.map((name) => join(workingDirectory, name)).find((path) => existsSync(path))
}
