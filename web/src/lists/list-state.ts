import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { recall, remember } from './list-memory.ts'

type Values = Readonly<Record<string, string | undefined>>

/** The name of the page's cursor in the address. */
const PLACE = 'at'

/** Which part of a list is shown: its filters, its order, its page. It is kept in the address. */
export type ListState = {
  /** Names the list in the tab's memory. */
  list: string
  /** Search, filters and order by name, as strings; undefined if not set. */
  values: Values
  /** Sets some of them, and goes to the first page. `isTyping`: the history does not keep each letter. */
  set(changes: Values, isTyping?: boolean): void
  /** The cursor of the page; undefined: the first one. */
  at: string | undefined
  /** Goes to the page that begins at a cursor. */
  goTo(cursor: string): void
  goBack(): void
  goToFirst(): void
}

/**
 * The state of a list in the address. If the address has none, the list is as it was left in this tab.
 *
 * @param list names the list in the tab's memory
 * @param preset what applies until something else is chosen, such as an order
 */
export function useListState(list: string, preset: Values = {}): ListState {
  const search = useSearch({ strict: false }) as Values
  const navigate = useNavigate()
  const { [PLACE]: at, ...given } = search
  const isBare = Object.values(search).every((value) => value === undefined)
  const text = JSON.stringify(search)

  // biome-ignore lint/correctness/useExhaustiveDependencies: only for the address that one arrives with
  useEffect(() => {
    const before = recall(list)
    if (isBare && before !== undefined) go(before.search, true)
  }, [])
  useEffect(() => remember(list, { search: JSON.parse(text) as Values }), [list, text])

  function go(next: Values, replace = false): void {
    void navigate({ to: './', search: next as never, replace, resetScroll: false, ...(replace && { hash: true }) })
  }

  const values = { ...preset, ...given }
  return {
    list,
    values,
    set(changes, isTyping = false) {
      remember(list, { trail: [] })
      go(withoutEmpty({ ...given, ...changes }), isTyping)
    },
    at,
    goTo(cursor) {
      const trail = recall(list)?.trail ?? []
      remember(list, { trail: [...trail.slice(0, at === undefined ? 0 : trail.indexOf(at) + 1), cursor] })
      go({ ...given, [PLACE]: cursor })
    },
    goBack() {
      const trail = recall(list)?.trail ?? []
      const before = at === undefined ? undefined : trail[trail.indexOf(at) - 1]
      go(withoutEmpty({ ...given, [PLACE]: before }))
    },
    goToFirst: () => go(given),
  }
}

function withoutEmpty(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''))
}

/**
 * The query parameters for a period of days in the reader's calendar.
 *
 * @param from,to days such as `2026-11-29`; the last one is included
 */
export function periodOf(from: string | undefined, to: string | undefined): { from?: string; before?: string } {
  return {
    ...(isDay(from) && { from: startOfDay(from, 0) }),
    ...(isDay(to) && { before: startOfDay(to, 1) }),
  }
}

function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}

function startOfDay(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).toISOString()
}
