import type { ReactNode } from 'react'
import { clsx } from '../look/clsx.ts'
import classes from './form.module.css'

/** Buttons beside one another. @param isAtEnd whether they end a dialog; the one that acts is then the last */
export function ButtonRow({ isAtEnd = false, children }: { isAtEnd?: boolean; children: ReactNode }) {
  return <div className={clsx(classes.buttons, isAtEnd && classes.atEnd)}>{children}</div>
}
