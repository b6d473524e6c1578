import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Brand } from '../layout/brand.tsx'
import { useDocumentTitle } from '../layout/document-title.ts'
import { PageFooter } from '../layout/page-footer.tsx'
import classes from './developer-layout.module.css'

type Props = {
  title: string
  lead?: string
  /** Beside the title. */
  actions?: ReactNode
  /** The content already contains the title. */
  isTitleInside?: boolean
  children: ReactNode
}

/** A wide page for developers. */
export function DeveloperLayout({ title, lead, actions, isTitleInside = false, children }: Props) {
  useDocumentTitle(title)
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Brand />
      </header>
      <main className={classes.main}>
        {!isTitleInside && (
          <div className={classes.heading}>
            <div>
              <Title order={1}>{title}</Title>
              {lead && <p className={classes.lead}>{lead}</p>}
            </div>
            {actions}
          </div>
        )}
        {children}
      </main>
      <PageFooter />
    </div>
  )
}
