import { type RefObject, useEffect, useRef } from 'react'

/** The first page of a document gets its focus from the browser. */
let isFirstPage = true

/**
 * Moves the focus to the heading of a page that replaces another one, so that screen readers say where the reader is, and the
 * keyboard continues there. A field of the page that already has the focus keeps it.
 *
 * @param title another title means another page, if what had the focus disappeared with the previous one
 */
export function useHeadingFocus(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef<string>(undefined)
  useEffect(() => {
    const isOther = shown.current !== undefined
    shown.current = title
    if (isFirstPage) {
      isFirstPage = false
      return
    }
    const { activeElement } = document
    const isLost = activeElement === null || activeElement === document.body
    const isElsewhere = !isOther && (activeElement?.id === 'content' || activeElement?.closest('main') === null)
    if (isLost || isElsewhere) heading.current?.focus({ preventScroll: true })
  }, [title])
  return heading
}
