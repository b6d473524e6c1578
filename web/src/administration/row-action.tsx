import { Button } from '@mantine/core'
import { useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { notify } from './notifications.tsx'

type Props = {
  /** The label of the button. */
  action: string
  /** The same with its object, for screen readers, because all rows have the same buttons. */
  label: string
  send(): Promise<unknown>
  /** The message when it is done. */
  done: string
  /** Undoes it; absent: it cannot be undone. */
  undo?(): Promise<unknown>
  /** Where the button is: in a row, or in the head of a page. Default: a row. */
  place?: 'row' | 'head'
}

/** An action on one row that needs no confirmation, because it is harmless or can be repeated. Reports the result. */
export function RowAction({ action, label, send, done, undo, place = 'row' }: Props) {
  const words = useProblemWords()
  const [isBusy, setIsBusy] = useState(false)
  async function run(): Promise<void> {
    if (isBusy) return
    setIsBusy(true)
    try {
      await send()
      notify(done, undo)
    } catch (error) {
      notify(words(asProblem(error)))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Button
      size={place === 'row' ? 'compact-sm' : 'sm'}
      variant="default"
      aria-label={label}
      aria-disabled={isBusy}
      onClick={() => void run()}
    >
      {action}
    </Button>
  )
}
