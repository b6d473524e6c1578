import { escapeHtml } from '../../platform/html.ts'
import { fillIn, type Template } from './template.ts'

/** A message, ready to be sent. */
export type Message = { subject: string; text: string; html: string }

/** The content of a message, as text. */
export type MessageContent = {
  values: Readonly<Record<string, string>>
  links: readonly { url: string; values: Readonly<Record<string, string>> }[]
}

/** The HTML around every message: `{content}`, `{subject}` and `{language}` are replaced. */
export const defaultLayout = `<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{subject}</title>
</head>
<body style="margin:0 auto;padding:24px;max-width:560px;font:16px/1.5 sans-serif;color:#1a1a1a;background:#fff">
{content}
</body>
</html>
`

/**
 * Writes a message from its template. Values are texts, never markup: they are escaped in HTML, and are always one
 * line, so that nobody's name can start a header, a paragraph or a link.
 */
export function renderMessage(
  template: Template,
  content: MessageContent,
  { layout, language }: { layout: string; language: string },
): Message {
  const subject = oneLine(fillIn(template.subject, tamed(content.values)))
  const text: string[] = []
  const html: string[] = []
  for (const block of template.blocks) {
    if (block.kind === 'paragraph') {
      const values = tamed(content.values)
      text.push(fillIn(block.text, values))
      html.push(`<p>${fillIn(escapeHtml(block.text), values, escapeHtml)}</p>`)
      continue
    }
    for (const link of content.links) {
      const values = tamed({ ...content.values, ...link.values })
      text.push(`${fillIn(block.text, values)}:\n${link.url}`)
      html.push(`<p><a href="${escapeHtml(link.url)}">${fillIn(escapeHtml(block.text), values, escapeHtml)}</a></p>`)
    }
  }
  return {
    subject,
    text: `${text.join('\n\n')}\n`,
    html: fillIn(layout, { content: html.join('\n'), subject: escapeHtml(subject), language: escapeHtml(language) }),
  }
}

/** Values longer than any address or name that Latchkey accepts are truncated. */
const VALUE_LIMIT = 300

function tamed(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, oneLine(value).slice(0, VALUE_LIMIT).toWellFormed()]),
  )
}

/** Control characters, line breaks and characters that change the writing direction become spaces. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
}
