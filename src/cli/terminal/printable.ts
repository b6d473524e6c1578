/**
 * Makes a text safe to show in a terminal: nothing in it can move the cursor, or change colours or the writing
 * direction. Strangers choose usernames and user agents.
 */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\uFFFD')
}

/** A value as JSON that is safe to show in a terminal. The data is the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(/(?!\n)\p{C}/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  )
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** A time for people: UTC, to the second. */
export function printableTime(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString().replace('T', ' ').replace(/\..*/, 'Z')
}

/** A time for programs: ISO 8601 in UTC, or `null`. */
export function jsonTime(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}

/**
 * A table for people, written row by row or page by page. Columns are aligned, two spaces apart, and only ever become
 * wider. Cells are made printable.
 *
 * @returns a function that formats further rows; the first call includes the headings
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
