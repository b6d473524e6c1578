import type { ReactNode } from 'react'
import classes from './items.module.css'

/** A short list of things that have their own buttons, such as factors or devices. */
export function Items({ children }: { children: ReactNode }) {
  return <ul className={classes.items}>{children}</ul>
}

/** One of them: its words, and below or beside them what can be done with it. */
export function Item({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <li className={classes.item}>
      <div className={classes.words}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </li>
  )
}
