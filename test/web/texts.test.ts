import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../web/src')

/** Attributes that people read or hear. */
const SPOKEN =
  /^(title|label|description|placeholder|alt|lead|action|error|summary|aria-label|aria-description|aria-roledescription|aria-valuetext)$/

/** Two words with a space between them, one of which has a capital: no class name, path or media query looks like that. */
const SENTENCE = /^\s*\p{Lu}[\p{L}’']*[,.:!?…]?(\s+[\p{L}\d’'(]+[,.:!?…)]*)+\s*$/u

/** The parts of an attribute's value that appear in it. Values that are compared or passed to a function do not. */
const SHOWN_AS_IT_IS = new Set([
  'JSXExpressionContainer',
  'ConditionalExpression',
  'LogicalExpression',
  'TemplateLiteral',
])

type Node = { type: string; start: number; [member: string]: unknown }

/** Texts in a source that are in no catalogue. */
function strayTexts(code: string): string[] {
  const found: string[] = []
  const add = (node: Node, text: string) =>
    found.push(`${code.slice(0, node.start).split('\n').length}: ${text.trim()}`)
  walk(parseAst(code, { lang: 'tsx' }) as unknown as Node, (node, parents) => {
    if (node.type === 'JSXText' && /\p{L}/u.test(String(node.value))) add(node, String(node.value))
    if (node.type === 'Literal' && typeof node.value === 'string') {
      const attribute = parents.find(({ type }) => !SHOWN_AS_IT_IS.has(type)) as Node & { name?: { name: string } }
      const isThrown = parents.some(({ type }) => type === 'ThrowStatement')
      const isSpoken =
        attribute.type === 'JSXAttribute' && SPOKEN.test(attribute.name?.name ?? '') && /\p{L}/u.test(node.value)
      const isNamed = isSpokenMember(attribute) && attribute.value === node && /^\p{Lu}/u.test(node.value)
      if (!isThrown && (isSpoken || isNamed || SENTENCE.test(node.value))) add(node, node.value)
    }
    if (node.type === 'TemplateElement') {
      const { cooked } = node.value as { cooked: string }
      if (SENTENCE.test(cooked)) add(node, cooked)
    }
  })
  return found
}

/** A member of an object that a component shows: `{ label: 'Name' }`. */
function isSpokenMember({ type, key }: Node): boolean {
  const { name, value } = (key ?? {}) as { name?: string; value?: unknown }
  return type === 'Property' && SPOKEN.test(name ?? String(value ?? ''))
}

function walk(node: Node, visit: (node: Node, parents: Node[]) => void, parents: Node[] = []): void {
  visit(node, parents)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, visit, [node, ...parents])
    }
  }
}

describe('the texts of the pages', () => {
  const sources = globSync('**/*.{ts,tsx}', { cwd: root, exclude: ['**/*-texts.ts', '**/*.test.ts'] }).toSorted()

  it.each(sources)('%s has no text outside of a catalogue', (path) => {
    expect(strayTexts(readFileSync(join(root, path), 'utf8'))).toEqual([])
  })

  it.each([
    ['<p>Hello</p>', 'Hello'],
    ['<b title="Hello">{x}</b>', 'Hello'],
    ['<b aria-label={`Close`} title={y ? "Yes" : z}>{x}</b>', 'Yes'],
    ['<input placeholder="Name" />', 'Name'],
    ['const column = { name: "name", label: "Name" }', 'Name'],
    ['const words = "Something went wrong."', 'Something went wrong.'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is looked at
    ['const words = `Try again in ${n} seconds`', 'Try again in'],
  ])('would be found: %s', (code, text) => {
    expect(strayTexts(code).join()).toContain(text)
  })

  it('are complete in every language', async () => {
    const catalogues = globSync('**/*-texts.ts', { cwd: root })
    expect(catalogues.length).toBeGreaterThan(10)
    for (const path of catalogues) {
      const code = readFileSync(join(root, path), 'utf8')
      expect(code, path).toMatch(/\bde: \{/)
      expect(code, path).not.toMatch(/\p{L}\s?\.\.\./u)
    }
  })
})
