import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const manual = readFileSync(join(import.meta.dirname, '../../docs/verifying-tokens.md'), 'utf8')

/**
 * The first block of code below a heading of the manual, as a reader copies it.
 *
 * @throws Error if there is none
 */
export function codeBelow(heading: string): string {
  const [, section] = manual.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [, code] = /^```\w*\n([\s\S]*?)^```$/m.exec(section ?? '') ?? []
  if (code === undefined) throw new Error(`docs/verifying-tokens.md has no code below "${heading}"`)
  return code
}
