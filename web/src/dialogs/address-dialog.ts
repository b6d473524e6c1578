import { useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** The dialogs of a page, of which at most one is open. */
type AddressDialog<Name extends string> = {
  /** The dialog that is open. */
  shown: Name | undefined
  open(name: Name): void
  close(): void
}

/**
 * Keeps in the address, after `#`, which dialog of a page is open. So each dialog has a link, and the browser's way back closes it.
 *
 * @param offered the dialogs that the reader may open: an address that names another one opens none
 */
export function useAddressDialog<Name extends string>(offered: readonly Name[]): AddressDialog<Name> {
  const router = useRouter()
  const navigate = useNavigate()
  const { hash } = useLocation()
  // The history gets one more entry for the dialogs of a page, however often they are opened.
  const hasEntry = useRef(false)
  const isClosing = useRef(false)
  const shown = offered.find((name) => name === hash)
  useEffect(() => {
    if (shown !== undefined) return
    if (!isClosing.current) hasEntry.current = false
    isClosing.current = false
  }, [shown])

  const go = (name: string, replace: boolean) =>
    void navigate({
      to: '.',
      search: true,
      hash: name,
      replace,
      resetScroll: false,
      hashScrollIntoView: false,
    } as never)
  return {
    shown,
    open(name) {
      go(name, hasEntry.current)
      hasEntry.current = true
    },
    close() {
      // What the dialog did may have led to another page already.
      if (shown === undefined || router.latestLocation.hash !== shown) return
      isClosing.current = true
      go('', true)
    },
  }
}
