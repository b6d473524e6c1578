import { useEffect, useState } from 'react'

/**
 * When a dialog closes, the focus returns to what opened it: a button, or the button of the menu that the entry was in. If
 * that is gone too, it goes to the heading of the page. Otherwise the keyboard would begin at the top of the page again.
 */
export function useReturnFocus(): void {
  const [opener] = useState(findOpener)
  useEffect(
    () => () => {
      setTimeout(() => {
        const { activeElement } = document
        if (activeElement !== null && activeElement !== document.body) return
        const target = opener?.isConnected ? opener : document.querySelector<HTMLElement>('main h1')
        target?.focus({ preventScroll: true })
      })
    },
    [opener],
  )
}

function findOpener(): HTMLElement | undefined {
  const active = document.activeElement
  const menu = active?.closest('[role="menu"]')
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active
  return opener instanceof HTMLElement && opener !== document.body ? opener : undefined
}
