import type { ReactNode } from 'react'
import classes from './reference-page.module.css'

/** Text as a program writes it. What scrolls sideways must be reachable with the keyboard. */
export function Code({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise only a mouse could scroll it
    <section className={classes.code} tabIndex={0} aria-label={label}>
      <pre>{children}</pre>
    </section>
  )
}
