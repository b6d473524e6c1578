/** A fault of a message's text, as a sentence. */
export class TemplateFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'TemplateFault'
  }
}

/** A paragraph, or the label of a link. A link block is repeated for each link of the email. */
type TemplateBlock = { kind: 'paragraph' | 'link'; text: string }

/** A message in one language, with placeholders such as `{username}`. */
export type Template = { subject: string; blocks: readonly TemplateBlock[] }

/** The placeholders that every message may use, in addition to its own. */
const EVERYWHERE = ['service', 'address']

const placeholder = /\{(\w+)\}/g
const linkLine = /^\[([^\]\n]+)\]\(\{link\}\)$/

/**
 * Reads the text of a message: a line `Subject: …`, then paragraphs separated by blank lines. A paragraph of the form
 * `[label]({link})` is a link.
 *
 * @throws TemplateFault
 */
export function parseTemplate(source: string): Template {
  const [head = '', ...paragraphs] = source
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
  const subject = /^Subject: (.+)$/.exec(head)?.[1]?.trim()
  if (subject === undefined) throw new TemplateFault('must begin with a line "Subject: …" and a blank line')
  const blocks = paragraphs.filter((paragraph) => paragraph !== '').map(readBlock)
  if (blocks.length === 0) throw new TemplateFault('has a subject but no text')
  return { subject, blocks }
}

function readBlock(paragraph: string): TemplateBlock {
  const label = linkLine.exec(paragraph)?.[1]
  if (label !== undefined) return { kind: 'link', text: label }
  if (paragraph.includes('{link}')) {
    throw new TemplateFault('has {link} inside a paragraph. Put [label]({link}) into its own paragraph')
  }
  return { kind: 'paragraph', text: paragraph }
}

/**
 * Checks that one message can replace another: both have a link or neither has, and it uses only placeholders that the
 * other uses in the same kind of place.
 *
 * @throws TemplateFault
 */
export function checkReplacement(template: Template, original: Template): void {
  const hasLink = (one: Template) => one.blocks.some(({ kind }) => kind === 'link')
  if (hasLink(original) && !hasLink(template)) throw new TemplateFault('has no link. Add [label]({link})')
  if (!hasLink(original) && hasLink(template)) throw new TemplateFault('has a link, but this message does not have one')
  for (const kind of ['paragraph', 'link'] as const) {
    const known = new Set([...EVERYWHERE, ...namesIn(original, 'paragraph'), ...namesIn(original, kind)])
    const unknown = namesIn(template, kind).find((name) => !known.has(name))
    if (unknown !== undefined) {
      throw new TemplateFault(
        `has the unknown placeholder {${unknown}}. Use ${[...known].map((name) => `{${name}}`).join(', ')}`,
      )
    }
  }
}

/** The placeholders in blocks of one kind; the subject counts as a paragraph. */
function namesIn({ subject, blocks }: Template, kind: TemplateBlock['kind']): string[] {
  const texts = blocks.filter((block) => block.kind === kind).map(({ text }) => text)
  return [...(kind === 'paragraph' ? [subject] : []), ...texts].flatMap((text) =>
    [...text.matchAll(placeholder)].map(([, name = '']) => name),
  )
}

/**
 * Replaces the placeholders of a text. A value that looks like a placeholder stays as it is.
 *
 * @param encode adapts a value to the kind of text, such as HTML
 */
export function fillIn(
  text: string,
  values: Readonly<Record<string, string>>,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new Error(`the message has no value for {${name}}`)
    return encode(value)
  })
}
