import { useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { useCallback, useEffect, useRef } from 'react'

/** The dialogs of a page, of which at most one is open. */
export type AddressDialog<Name extends string> = {
  /** The dialog that is open. */
  shown: Name | undefined
  /** What it is about, such as the id of a row; empty: the page. */
  subject: string
  /** @param subject consists only of the characters of ids */
  open(name: Name, subject?: string): void
  close(): void
}

/**
 * Keeps in the address, after `#`, which dialog of a page is open, as `NAME` or `NAME=SUBJECT`. So each dialog has a link, and
 * the browser's Back button closes it.
 *
 * @param offered the dialogs that the reader may open: an address that names another one opens none
 */
export function useAddressDialog<Name extends string>(offered: readonly Name[]): AddressDialog<Name> {
  const router = useRouter()
  const navigate = useNavigate()
  const { hash } = useLocation()
  // The history gets one entry for the dialogs of a page, however often they are opened.
  const hasEntry = useRef(false)
  const isClosing = useRef(false)
  const [named, subject = ''] = hash.split('=')
  const shown = offered.find((name) => name === named)
  useEffect(() => {
    if (shown !== undefined) return
    if (!isClosing.current) hasEntry.current = false
    isClosing.current = false
  }, [shown])

  const go = useCallback(
    (name: string, replace: boolean) =>
      void navigate({
        to: '.',
        search: true,
        hash: name,
        replace,
        resetScroll: false,
        hashScrollIntoView: false,
      } as never),
    [navigate],
  )
  const open = useCallback(
    (name: Name, subject?: string) => {
      go(subject === undefined ? name : `${name}=${subject}`, hasEntry.current)
      hasEntry.current = true
    },
    [go],
  )
  return {
    shown,
    subject,
    open,
    close() {
      // The dialog's action may already have led to another page.
      if (shown === undefined || router.latestLocation.hash !== hash) return
      isClosing.current = true
      go('', true)
    },
  }
}
