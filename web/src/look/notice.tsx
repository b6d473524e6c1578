import type { ReactNode } from 'react'
import { clsx } from './clsx.ts'
import { Icon, type IconName } from './icon.tsx'
import classes from './notice.module.css'

type NoticeKind = 'problem' | 'success' | 'info' | 'warning'

const icons: Record<NoticeKind, IconName> = { problem: 'alert', success: 'check', info: 'info', warning: 'alert' }

/** Shows a message at the place where it matters. Screen readers read problems out at once; `Said` is for successes. */
export function Notice({ kind, title, children }: { kind: NoticeKind; title?: string; children: ReactNode }) {
  const role = kind === 'problem' ? 'alert' : undefined
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

/**
 * The place where a success is announced. It is on the page beforehand, empty: screen readers read out what changes in a place,
 * not a place that appears.
 */
export function Said({ children }: { children?: ReactNode }) {
  return (
    <div role="status" className={classes.said}>
      {children && <Notice kind="success">{children}</Notice>}
    </div>
  )
}
