import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The first block of code below a heading of the manual, as a reader copies it.
 *
 * @param page a file of `docs/`
 * @param language of the block, such as `sh`; default: any
 * @throws Error if there is none
 */
export function codeBelow(heading: string, page = 'verifying-tokens.md', language = '\\w*'): string {
  const manual = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8')
  const [, section] = manual.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section ?? '') ?? []
  if (code === undefined) throw new Error(`docs/${page} has no code below "${heading}"`)
  return code
}
