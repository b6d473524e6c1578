import type { ReactNode } from 'react'
import { clsx } from './clsx.ts'
import { Icon, type IconName } from './icon.tsx'
import classes from './notice.module.css'

type NoticeKind = 'problem' | 'success' | 'info' | 'warning'

const icons: Record<NoticeKind, IconName> = { problem: 'alert', success: 'check', info: 'info', warning: 'alert' }

/** Says something at the place where it matters. Problems and successes are read out at once. */
export function Notice({ kind, title, children }: { kind: NoticeKind; title?: string; children: ReactNode }) {
  const role = kind === 'problem' ? 'alert' : kind === 'success' ? 'status' : undefined
  return (
    <div className={clsx(classes.notice, classes[kind])} role={role} tabIndex={kind === 'problem' ? -1 : undefined}>
      <Icon name={icons[kind]} className={classes.icon} />
      <div>
        {title && <p className={classes.title}>{title}</p>}
        <div>{children}</div>
      </div>
    </div>
  )
}
