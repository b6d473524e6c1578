import type { ReactNode } from 'react'
import classes from './details.module.css'

/** A fact: its name and its value. Without a value, the fact is left out. */
export type Fact = readonly [name: string, value: ReactNode]

/** What is known about something that cannot be changed here, fact by fact. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
        .map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
