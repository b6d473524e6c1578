import { Button, Menu } from '@mantine/core'
import { useState } from 'react'
import { AdminIcon, type AdminIconName } from '../administration/admin-icon.tsx'
import { useMay } from '../administration/permissions.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { useTexts } from '../texts/texts.tsx'
import classes from './bulk-bar.module.css'
import { BulkDialog } from './bulk-dialog.tsx'
import type { BulkAction } from './bulk-run.ts'
import { bulkTexts } from './bulk-texts.ts'
import type { UserFilter } from './user-filter.ts'

/** Which rows are chosen: these, or all that match. */
export type Chosen = { ids: ReadonlySet<string>; isAll: boolean }

type Props = {
  chosen: Chosen
  choose(next: Chosen): void
  /** What `isAll` means. */
  filter: UserFilter
  /** How many rows the page has. */
  pageSize: number
  /** Whether there are more than the page shows. */
  hasMore: boolean
}

const actions: { action: BulkAction; icon: AdminIconName; needs: string }[] = [
  { action: 'activate', icon: 'check', needs: 'accounts.change' },
  { action: 'deactivate', icon: 'close', needs: 'accounts.change' },
  { action: 'end_sessions', icon: 'session', needs: 'sessions.delete' },
  { action: 'mail_reset_link', icon: 'mail', needs: 'accounts.change' },
  { action: 'force_password_reset', icon: 'key', needs: 'accounts.change' },
  { action: 'add_to_group', icon: 'group', needs: 'superuser' },
  { action: 'remove_from_group', icon: 'group', needs: 'superuser' },
  { action: 'delete', icon: 'trash', needs: 'accounts.delete' },
]

/** What can be done with the chosen rows. Stays out of the way while none is chosen. */
export function BulkBar(props: Props) {
  const { ids, isAll } = props.chosen
  return (ids.size > 0 || isAll) && <ChosenBar {...props} />
}

function ChosenBar({ chosen, choose, filter, pageSize, hasMore }: Props) {
  const texts = useTexts(bulkTexts)
  const may = useMay()
  const { ids, isAll } = chosen
  const offered = actions.filter(({ needs }) => may(needs))
  // The address does not say which users are selected. So it opens a dialog only if it was requested for this selection.
  const [isAsked, setIsAsked] = useState(false)
  const dialog = useAddressDialog(isAsked ? offered.map(({ action }): BulkAction => action) : [])
  const action = dialog.shown
  const clear = () => choose({ ids: new Set(), isAll: false })
  return (
    <div className={classes.bar}>
      <span role="status" className={classes.count}>
        {isAll ? texts.allSelected : texts.selected(ids.size)}
      </span>
      {!isAll && hasMore && ids.size >= pageSize && (
        <Button size="compact-sm" variant="subtle" onClick={() => choose({ ids, isAll: true })}>
          {texts.selectAll}
        </Button>
      )}
      <div className={classes.buttons}>
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <Button size="sm" variant="filled" rightSection={<AdminIcon name="down" size={16} />}>
              {texts.actions}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {offered.map((one) => (
              <Menu.Item
                key={one.action}
                leftSection={<AdminIcon name={one.icon} />}
                {...(one.action === 'delete' && { color: 'red' })}
                onClick={() => {
                  setIsAsked(true)
                  dialog.open(one.action)
                }}
              >
                {texts.names[one.action]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button size="sm" variant="default" onClick={clear}>
          {texts.clear}
        </Button>
      </div>
      {action !== undefined && (
        <BulkDialog
          action={action}
          accounts={isAll ? { filter } : { ids: [...ids].map(Number) }}
          close={(isDone) => {
            dialog.close()
            if (isDone) clear()
          }}
        />
      )}
    </div>
  )
}
