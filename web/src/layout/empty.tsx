import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { MoreIcon, type MoreIconName } from '../look/more-icon.tsx'
import classes from './states.module.css'

/** Shown when a list is empty, which is not an error. */
export function Empty({ icon, title, children }: { icon: MoreIconName; title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <span className={classes.picture}>
        <MoreIcon name={icon} size={24} />
      </span>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" size="sm">
          {children}
        </Text>
      )}
    </div>
  )
}
