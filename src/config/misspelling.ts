/**
 * The known name that an unknown one was probably meant to be; undefined if none is close. Longer names tolerate more
 * mistakes. Short ones (`HOST`) tolerate only another case, because too many other names are close.
 */
export function findIntendedName(unknown: string, known: readonly string[]): string | undefined {
  const written = unknown.toUpperCase()
  const isSame = (name: string) => written === name.toUpperCase()
  return known.find(isSame) ?? known.find((name) => isNear(written, name.toUpperCase()))
}

function isNear(written: string, name: string): boolean {
  const slips = toleratedSlips(name)
  return Math.abs(written.length - name.length) <= slips && distance(written, name) <= slips
}

function toleratedSlips({ length }: string): number {
  if (length < 5) return 0
  return length < 12 ? 1 : 2
}

/**
 * How many characters must be added, dropped, replaced or swapped with their neighbour to turn one text into the other.
 */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
