import { parseAst } from 'vitest/node'

/** One import, re-export, `import()` or `import('…').Type` of a file. */
export type Import = {
  /** As written; `(computed)` where an expression makes it. */
  specifier: string
  /** `type` if nothing of it is left when the types are stripped. */
  kind: 'value' | 'type'
  /** The names taken from it; `*` for all of them; empty for side effects. */
  names: readonly string[]
  line: number
}

/** Something a file names that a rule may care about: `process.env`, `it.only`, `new Date()`, `any`. */
type Mention = { name: string; line: number }

/** A name that a file declares and exports. Names that it passes on from other files are imports. */
type Export = {
  name: string
  /** Whether the file itself uses it, too. */
  isUsedInside: boolean
  line: number
}

/** What the rules know of one file. */
export type SourceFile = {
  /** From the root of the repository, with slashes. */
  path: string
  lineCount: number
  imports: readonly Import[]
  exports: readonly Export[]
  mentions: readonly Mention[]
}

type Node = { type: string; start: number; [key: string]: unknown }

/**
 * Reads a TypeScript file with the parser that runs the tests, so that no comment and no string can mislead a rule.
 *
 * @throws Error that names the file, if it cannot be parsed
 */
export function readSourceFile(path: string, text: string): SourceFile {
  const imports: Import[] = []
  const mentions: Mention[] = []
  const identifiers = new Map<string, number>()
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length

  function visit(node: Node): void {
    const line = lineAt(node.start)
    const found = importOf(node)
    if (found !== undefined) imports.push({ ...found, line })
    for (const name of mentionsOf(node)) mentions.push({ name, line })
    if (node.type === 'Identifier') identifiers.set(nameOf(node), (identifiers.get(nameOf(node)) ?? 0) + 1)
    for (const child of childrenOf(node)) visit(child)
  }

  const nodes = parse(path, text)
  for (const node of nodes) visit(node)
  const exports = nodes.flatMap((node) =>
    namesDeclaredBy(node).map((name) => {
      // Once where it is declared.
      const isUsedInside = (identifiers.get(name) ?? 0) > 1
      return { name, isUsedInside, line: lineAt(node.start) }
    }),
  )
  for (const [index, line] of text.split('\n').entries()) {
    const directive = /\/[/*]\s*(@ts-(?:ignore|expect-error|nocheck))/.exec(line)?.[1]
    if (directive !== undefined) mentions.push({ name: directive, line: index + 1 })
  }
  return { path, lineCount: text.replace(/\n$/, '').split('\n').length, imports, exports, mentions }
}

function parse(path: string, text: string): Node[] {
  try {
    return nodesIn(parseAst(text, { lang: 'ts' }).body)
  } catch (cause) {
    throw new Error(`${path} cannot be parsed`, { cause })
  }
}

function importOf(node: Node): Omit<Import, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      if (!isNode(node.source)) return undefined
      // `import { type A } from` leaves an import behind when types are stripped, so it counts as a value.
      const kind = node.importKind === 'type' || node.exportKind === 'type' ? 'type' : 'value'
      return { specifier: textOf(node.source), kind, names: namesTaken(node) }
    }
    case 'ImportExpression':
      return { specifier: textOf(node.source), kind: 'value', names: ['*'] }
    case 'TSImportType':
      return { specifier: textOf(node.source), kind: 'type', names: ['*'] }
    case 'TSModuleDeclaration':
      // `declare module '…'` adds to the types of a file.
      return isNode(node.id) && node.id.type === 'Literal'
        ? { specifier: textOf(node.id), kind: 'type', names: ['*'] }
        : undefined
    default:
      return undefined
  }
}

function namesTaken(node: Node): string[] {
  if (node.type === 'ExportAllDeclaration') return ['*']
  return nodesIn(node.specifiers).flatMap((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return ['*']
    const name = specifier.type === 'ExportSpecifier' ? specifier.local : specifier.imported
    return isNode(name) ? [nameOf(name)] : []
  })
}

/** The names that a statement declares and exports. */
function namesDeclaredBy({ type, declaration }: Node): string[] {
  if (type !== 'ExportNamedDeclaration' || !isNode(declaration)) return []
  if (declaration.type !== 'VariableDeclaration') return isNode(declaration.id) ? [nameOf(declaration.id)] : []
  return nodesIn(declaration.declarations).flatMap(({ id }) => {
    if (!isNode(id)) return []
    const properties = nodesIn(id.properties).flatMap(({ value }) => (isNode(value) ? [nameOf(value)] : []))
    return id.type === 'ObjectPattern' ? properties : [nameOf(id)]
  })
}

function mentionsOf(node: Node): string[] {
  switch (node.type) {
    case 'MemberExpression':
      return [dotted(node).replace(/^globalThis\./, '')]
    case 'VariableDeclarator': {
      const from = isNode(node.init) ? dotted(node.init).replace(/^globalThis\./, '') : ''
      if (from === '' || !isNode(node.id) || node.id.type !== 'ObjectPattern') return []
      return nodesIn(node.id.properties).flatMap(({ key }) => (isNode(key) ? [`${from}.${nameOf(key)}`] : []))
    }
    case 'NewExpression':
      return nodesIn(node.arguments).length === 0 ? [`new ${dotted(node.callee)}()`] : []
    case 'CallExpression':
      return [`${dotted(node.callee)}()`, ...writtenTable(node)]
    case 'TSAnyKeyword':
      return ['any']
    default:
      return []
  }
}

/** `write:TABLE` for the beginning of a query that changes a table, whatever it is called on. */
function writtenTable({ callee, arguments: given }: Node): string[] {
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isNode(callee.property)) return []
  const isWrite = ['insertInto', 'updateTable', 'deleteFrom'].includes(nameOf(callee.property))
  const [table] = nodesIn(given)
  return isWrite && table !== undefined ? [`write:${textOf(table)}`] : []
}

/** `a.b.c` for a chain of properties that begins with a name, empty for everything else. */
function dotted(value: unknown): string {
  if (!isNode(value)) return ''
  if (value.type === 'Identifier') return nameOf(value)
  if (value.type !== 'MemberExpression' || !isNode(value.property)) return ''
  const object = dotted(value.object)
  const property = value.computed === true ? textOf(value.property) : nameOf(value.property)
  return object === '' ? '' : `${object}.${property}`
}

function nameOf(node: Node): string {
  return typeof node.name === 'string' ? node.name : textOf(node)
}

function textOf(value: unknown): string {
  return isNode(value) && typeof value.value === 'string' ? value.value : '(computed)'
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) => (isNode(value) ? [value] : nodesIn(value)))
}

function nodesIn(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
