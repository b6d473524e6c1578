/** Brings the current tab into view where tabs scroll sideways, as on phones. @param list the element around the tabs */
export function showCurrent(list: HTMLElement | null): void {
  const current = list?.querySelector<HTMLElement>('[aria-current="page"]')
  if (!list || !current) return
  const own = current.getBoundingClientRect()
  const all = list.getBoundingClientRect()
  list.scrollLeft += own.left + own.width / 2 - (all.left + all.width / 2)
}
