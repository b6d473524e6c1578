/**
 * A text as it may be shown in a terminal: nothing in it moves the cursor, changes colours or the direction of writing.
 * Names and user agents are strangers' texts.
 */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\uFFFD')
}

/** A value as JSON that may be shown in a terminal; the same data as without that care. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(/(?!\n)\p{C}/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  )
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** A moment for people: UTC, to the second. */
export function printableTime(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString().replace('T', ' ').replace(/\..*/, 'Z')
}

/** A moment for machines: ISO 8601 in UTC, `null` if there was none. */
export function jsonTime(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}

/**
 * A table for people, row by row or page by page: the columns line up, two blanks between them, and only ever widen. Cells
 * are made printable.
 *
 * @returns gives the text of further rows; the headings come before the first ones
 */
export function textTable(headings: readonly string[]): (rows: readonly (readonly string[])[]) => string {
  const widths = headings.map(() => 0)
  let isBegun = false
  return (rows) => {
    const lines = [...(isBegun ? [] : [headings]), ...rows.map((cells) => cells.map(printable))]
    isBegun = true
    for (const cells of lines) {
      for (const [column, cell] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
    }
    const padded = lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    return padded.map((line) => `${line.trimEnd()}\n`).join('')
  }
}
