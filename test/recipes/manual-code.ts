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
  return blocksBelow(heading, page, language)[0]
}

/** All blocks of code from a heading to the end of its page. @throws Error if there is none */
export function blocksBelow(heading: string, page: string, language = '\\w*'): [string, ...string[]] {
  const manual = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8')
  const [, below = ''] = manual.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const blocks = below.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))
  const [first, ...others] = [...blocks].map(([, code = '']) => code)
  if (first === undefined) throw new Error(`docs/${page} has no code below "${heading}"`)
  return [first, ...others]
}
