import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../platform/is-error.ts'
import { MailTemplateError, type TemplateFolder } from './composer.ts'

/**
 * Reads the folder MAIL_TEMPLATES: `LANGUAGE/MESSAGE.txt` for texts, `layout.html` for the HTML around them. Ignores
 * other files.
 *
 * @throws MailTemplateError if it cannot be read
 */
export function readTemplateFolder(path: string): TemplateFolder {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    const messages = new Map(
      entries.filter((entry) => entry.isDirectory()).map(({ name }) => [name, readTexts(join(path, name))]),
    )
    const hasLayout = entries.some(({ name }) => name === 'layout.html')
    return { messages, layout: hasLayout ? readFileSync(join(path, 'layout.html'), 'utf8') : undefined }
  } catch (error) {
    throw new MailTemplateError([`MAIL_TEMPLATES: ${messageOf(error)}`])
  }
}

function readTexts(folder: string): Map<string, string> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return new Map(files.map((name) => [name.slice(0, -'.txt'.length), readFileSync(join(folder, name), 'utf8')]))
}
