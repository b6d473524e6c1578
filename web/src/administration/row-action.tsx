import { Button } from '@mantine/core'
import { useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { notify } from './notifications.tsx'

type Props = {
  /** What stands on the button. */
  action: string
  /** The same with its object, for screen readers: rows have the same buttons. */
  label: string
  send(): Promise<unknown>
  /** What is said when it is done. */
  done: string
  /** Takes it back; absent: nothing can. */
  undo?(): Promise<unknown>
  /** Where it stands: beside other things in a row, or in the head of a page. Default: a row. */
  place?: 'row' | 'head'
}

/** Something that is done to one row at once, because it can do no harm or can be done again. Says what came of it. */
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
