/** What a tab remembers about a list: how it was left, and the pages before the one shown. */
type Memory = {
  search: Readonly<Record<string, string | undefined>>
  /** The cursors of the second page and all after it, up to the one shown. */
  trail: readonly string[]
  /** The filters are open. */
  isFiltering: boolean
}

const nothing: Memory = { search: {}, trail: [], isFiltering: false }

const nameOf = (list: string) => `latchkey-list:${list}`

/** How a list was left in this tab; undefined if it has not been opened. */
export function recall(list: string): Memory | undefined {
  try {
    const text = sessionStorage.getItem(nameOf(list))
    return text === null ? undefined : { ...nothing, ...(JSON.parse(text) as Partial<Memory>) }
  } catch {
    return undefined
  }
}

/** Remembers something about a list, and keeps the rest. */
export function remember(list: string, part: Partial<Memory>): void {
  try {
    sessionStorage.setItem(nameOf(list), JSON.stringify({ ...recall(list), ...part }))
  } catch {
    // A browser that stores nothing for us shows lists from the beginning.
  }
}
