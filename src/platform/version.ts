import { readFileSync } from 'node:fs'

/** The version of this Latchkey, as its package.json says: `0.1.0`. Works in the sources and in the built tree alike. */
export function latchkeyVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
