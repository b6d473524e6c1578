import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Brand } from './brand.tsx'
import { useDocumentTitle } from './document-title.ts'
import { useHeadingFocus } from './heading-focus.ts'
import { PageFooter } from './page-footer.tsx'
import classes from './sign-in-layout.module.css'

type Props = {
  title: string
  /** What this page is for, in a sentence. */
  lead?: ReactNode
  children?: ReactNode
  /** Where else the visitor may want to go. */
  below?: ReactNode
}

/** One card in the middle: for everything people do before they are signed in. */
export function SignInLayout({ title, lead, children, below }: Props) {
  useDocumentTitle(title)
  const heading = useHeadingFocus(title)
  return (
    <div className={classes.page}>
      <div className={classes.middle}>
        <header className={classes.brand}>
          <Brand />
        </header>
        <main>
          <div className={classes.card}>
            <Title order={1} ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {lead && <p className={classes.lead}>{lead}</p>}
            {children && <div className={classes.content}>{children}</div>}
          </div>
          {below && <p className={classes.below}>{below}</p>}
        </main>
      </div>
      <div className={classes.foot}>
        <PageFooter />
      </div>
    </div>
  )
}
