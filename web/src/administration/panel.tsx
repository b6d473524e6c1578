import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { clsx } from '../look/clsx.ts'
import classes from './panel.module.css'

type Props = {
  title?: string
  lead?: ReactNode
  /** At the end of the title's line. */
  actions?: ReactNode
  /** Whether the content reaches the edges, as lists do. Default false. */
  isFlush?: boolean
  id?: string
  children: ReactNode
}

/** One subject on a page of the administration, on a surface of its own. */
export function Panel({ title, lead, actions, isFlush = false, id, children }: Props) {
  return (
    <section className={clsx(classes.panel, isFlush && classes.flush)} id={id}>
      {(title || actions) && (
        <div className={classes.head}>
          <div>
            {title && <Title order={2}>{title}</Title>}
            {lead && <p className={classes.lead}>{lead}</p>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      <div className={classes.body}>{children}</div>
    </section>
  )
}
