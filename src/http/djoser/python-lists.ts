/** A token of a Python literal: a text, a mark, white space or a comment. */
const PIECE = /'([\w.]*)'|"([\w.]*)"|([{}[\](),:])|\s+|#[^\n]*/y

/**
 * Reads a dictionary of lists of names, written in Python or JSON: lists or tuples, either kind of quotes, trailing
 * commas, comments.
 *
 * @returns undefined if the text is anything else
 */
export function readPythonLists(text: string): [name: string, items: string[]][] | undefined {
  const pieces = piecesOf(text)
  if (pieces === undefined) return undefined
  const json = pieces
    .map((piece) => ({ '(': '[', ')': ']' })[piece] ?? piece)
    .join(' ')
    .replaceAll(/, (?=[\]}])/g, '')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // In Python, parentheses around a single text do not make a tuple.
  const lists = Object.entries(value).map(([name, items]): [string, unknown] => [name, [items].flat()])
  const isGood = lists.every(([, items]) => (items as unknown[]).every((item) => typeof item === 'string'))
  return isGood ? (lists as [string, string[]][]) : undefined
}

/** The marks and texts, each text in JSON's quotes; undefined if the input contains anything else. */
function piecesOf(text: string): string[] | undefined {
  const pieces: string[] = []
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < text.length) {
    const found = PIECE.exec(text)
    if (found === null) return undefined
    const [, single, double, mark] = found
    const name = single ?? double
    if (name !== undefined) pieces.push(JSON.stringify(name))
    else if (mark !== undefined) pieces.push(mark)
  }
  return pieces
}
