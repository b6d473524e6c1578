/** A number with a noun that agrees with it: `1 account`, `1,200 accounts`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A number with commas between groups of three digits. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
