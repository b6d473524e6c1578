import { Button, CloseButton } from '@mantine/core'
import { useState, useSyncExternalStore } from 'react'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { useTexts } from '../texts/texts.tsx'
import { AdminIcon } from './admin-icon.tsx'
import { administrationTexts } from './administration-texts.ts'
import classes from './notifications.module.css'

type Notification = { id: number; text: string; undo: (() => Promise<unknown>) | undefined }

/** How long a notification stays, in milliseconds. One that offers to undo something stays until it is dismissed. */
const SHOWN_MS = 6_000

let shown: readonly Notification[] = []
let count = 0
const listeners = new Set<() => void>()

function show(next: readonly Notification[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function dismiss(id: number): void {
  show(shown.filter((one) => one.id !== id))
}

/**
 * Says that something was done, wherever the reader goes next. @param undo undoes it, where that is possible without a
 * loss
 */
export function notify(text: string, undo?: () => Promise<unknown>): void {
  const id = ++count
  show([...shown.slice(-2), { id, text, undo }])
  if (undo === undefined) setTimeout(() => dismiss(id), SHOWN_MS)
}

/** The notifications at the edge of the page; they are read out. */
export function Notifications() {
  const texts = useTexts(administrationTexts)
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
  return (
    <section aria-label={texts.notifications} className={classes.place}>
      <div role="status">
        {list.map((one) => (
          <OneNotification key={one.id} notification={one} />
        ))}
      </div>
    </section>
  )
}

function OneNotification({ notification: { id, text, undo } }: { notification: Notification }) {
  const texts = useTexts(administrationTexts)
  const words = useProblemWords()
  const [failure, setFailure] = useState<string>()
  const [isUndoing, setIsUndoing] = useState(false)
  async function takeBack(): Promise<void> {
    if (undo === undefined || isUndoing) return
    setIsUndoing(true)
    try {
      await undo()
      dismiss(id)
      notify(texts.undone)
    } catch (error) {
      setFailure(words(asProblem(error)))
      setIsUndoing(false)
    }
  }
  return (
    <div className={classes.notification}>
      <AdminIcon name={failure === undefined ? 'check' : 'alert'} className={classes.icon} />
      <span className={classes.text}>{failure ?? text}</span>
      {undo && failure === undefined && (
        <Button size="compact-sm" variant="default" loading={isUndoing} onClick={() => void takeBack()}>
          {texts.undo}
        </Button>
      )}
      <CloseButton size="sm" aria-label={texts.dismiss} onClick={() => dismiss(id)} />
    </div>
  )
}
