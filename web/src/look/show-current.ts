/** Where tabs scroll sideways, as on phones, brings the current one into view. For the list around them. */
export function showCurrent(list: HTMLElement | null): void {
  const current = list?.querySelector<HTMLElement>('[aria-current="page"]')
  if (!list || !current) return
  const own = current.getBoundingClientRect()
  const all = list.getBoundingClientRect()
  list.scrollLeft += own.left + own.width / 2 - (all.left + all.width / 2)
}
