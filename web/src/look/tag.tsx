import type { ReactNode } from 'react'
import { clsx } from './clsx.ts'
import classes from './tag.module.css'

/** A word or two about the thing beside it. */
export function Tag({
  kind,
  children,
}: {
  kind: 'good' | 'warning' | 'bad' | 'accent' | 'plain'
  children: ReactNode
}) {
  return <span className={clsx(classes.tag, classes[kind])}>{children}</span>
}
