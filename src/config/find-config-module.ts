import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The names of a configuration module that Latchkey finds by itself, in this order. */
const names = ['latchkey.config.ts', 'latchkey.config.mjs', 'latchkey.config.js'] as const

/** The path of the module in the working directory; undefined if there is none. */
export function findConfigModule(workingDirectory: string): string | undefined {
  return names.map((name) => join(workingDirectory, name)).find((path) => existsSync(path))
}
