import { readFileSync } from 'node:fs'

/** The version in package.json, such as `0.1.0`. Works from the sources and from the built files. */
export function latchkeyVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
