import { Title } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useDocumentTitle } from '../layout/document-title.ts'
import { useHeadingFocus } from '../layout/heading-focus.ts'
import { AdminIcon } from './admin-icon.tsx'
import classes from './page.module.css'
import type { Needed } from './permissions.ts'
import { ViewOnly } from './view-only.tsx'

type Props = {
  title: string
  /** Before the title. */
  picture?: ReactNode
  /** Beside the title: tags that say what kind of thing it is. */
  beside?: ReactNode
  lead?: ReactNode
  /** The list that this page belongs to. The link shows it as it was left. */
  back?: { to: NonNullable<LinkProps['to']>; name: string }
  /** The buttons for the actions on this page. */
  actions?: ReactNode
  /** What an account needs to change what is on this page. Those who lack it read that they can only view it. */
  changing?: Needed | undefined
  children: ReactNode
}

/** A page of the administration: its heading, its actions, and its content. */
export function Page({ title, picture, beside, lead, back, actions, changing, children }: Props) {
  const heading = useHeadingFocus(title)
  useDocumentTitle(title)
  return (
    <>
      <div className={classes.head}>
        <div className={classes.titles}>
          {back && (
            <Link to={back.to} className={classes.back}>
              <AdminIcon name="previous" size={16} />
              {back.name}
            </Link>
          )}
          <div className={classes.top}>
            {picture}
            <div>
              <div className={classes.title}>
                <Title order={1} ref={heading} tabIndex={-1}>
                  {title}
                </Title>
                {beside}
              </div>
              {lead && <p className={classes.lead}>{lead}</p>}
            </div>
          </div>
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      <ViewOnly needs={changing} />
      {children}
    </>
  )
}
