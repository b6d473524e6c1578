import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './section.module.css'

type Props = {
  title?: string
  lead?: ReactNode
  children: ReactNode
}

/** One subject of a page, on a card of its own. */
export function Section({ title, lead, children }: Props) {
  return (
    <section className={classes.section}>
      {title && <Title order={2}>{title}</Title>}
      {lead && <p className={classes.lead}>{lead}</p>}
      <div className={title || lead ? classes.body : undefined}>{children}</div>
    </section>
  )
}
