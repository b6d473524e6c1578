import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'

/** How long typing must pause before the list follows, in milliseconds. */
const PAUSE_MS = 250

/**
 * A text that is typed here and kept in the address. The address follows when typing pauses; what was typed in the meantime is
 * not lost. If the address changes in another way, for example by the Back button, the field follows it.
 *
 * @param current the text in the address
 * @param tell puts a text into the address
 */
export function useTypedText(
  current: string,
  tell: (text: string) => void,
): [text: string, type: (text: string) => void] {
  const [text, setText] = useState(current)
  const told = useRef(current)
  const tellLater = useDebouncedCallback((typed: string) => {
    told.current = typed.trim()
    tell(told.current)
  }, PAUSE_MS)
  useEffect(() => {
    if (current === told.current) return
    told.current = current
    setText(current)
  }, [current])
  return [
    text,
    (typed) => {
      setText(typed)
      tellLater(typed)
    },
  ]
}
