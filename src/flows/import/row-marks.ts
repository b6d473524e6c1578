/** A set of whole numbers from 0 on, such as the ids or the positions of rows, in one bit each: a million take 125 kB. */
export type RowMarks = { mark(number: number): void; has(number: number): boolean }

const FIRST_SIZE = 1 << 12

export function createRowMarks(): RowMarks {
  let bits = new Uint8Array(FIRST_SIZE)
  return {
    mark(number) {
      const at = Math.floor(number / 8)
      if (at >= bits.length) {
        const larger = new Uint8Array(Math.max(bits.length * 2, at + 1))
        larger.set(bits)
        bits = larger
      }
      bits[at] = (bits[at] ?? 0) | (1 << (number % 8))
    },
    has: (number) => ((bits[Math.floor(number / 8)] ?? 0) & (1 << (number % 8))) !== 0,
  }
}
