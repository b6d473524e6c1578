/** A cell that a spreadsheet would run as a formula, even after white space. */
const FORMULA = /^[\s]*[=+\-@\t\r|%]/

/**
 * A row of CSV (RFC 4180). Every cell is quoted, and one that a spreadsheet would run as a formula begins with an
 * apostrophe, because strangers choose names and addresses.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${(FORMULA.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}
