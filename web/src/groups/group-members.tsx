import { Button } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { act } from '../administration/act.ts'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { displayName } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import type { ListedUser } from '../users/user.ts'
import { usersTexts } from '../users/users-texts.ts'
import { AddMemberDialog } from './add-member-dialog.tsx'
import type { UserGroup } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** Who is in a group. Superusers add and remove people; removing can be undone. */
export function GroupMembers({ group }: { group: UserGroup }) {
  const texts = useTexts(groupsTexts)
  const { columns: columnNames } = useTexts(usersTexts)
  const mayGrant = useMay()('superuser')
  const queries = useQueryClient()
  const state = useListState(`members-of-${group.id}`)
  const dialog = useAddressDialog(mayGrant ? ['add-member'] : [])
  const query = { group: group.id, order: 'username' as const, ...(state.at !== undefined && { cursor: state.at }) }
  const page = useQuery({
    queryKey: ['users', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/users', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo((): Column<ListedUser>[] => {
    const paramsOf = (user: ListedUser) => ({ id: group.id, account_id: user.id })
    const reload = () => queries.invalidateQueries({ queryKey: ['users'] })
    return [
      { name: 'name', label: texts.columns.name, cell: (user) => displayName(user) },
      { name: 'email', label: columnNames.email, cell: ({ email }) => email },
      {
        name: 'actions',
        label: texts.actions,
        isBare: true,
        isNumber: true,
        cell: (user) =>
          mayGrant && (
            <RowAction
              action={texts.removeMember}
              label={texts.removeThis(displayName(user))}
              send={async () => {
                await act('DELETE /admin/groups/:id/members/:account_id', { params: paramsOf(user) })
                await reload()
              }}
              done={texts.memberRemoved(displayName(user))}
              undo={async () => {
                await act('PUT /admin/groups/:id/members/:account_id', { params: paramsOf(user) })
                await reload()
              }}
            />
          ),
      },
    ]
  }, [texts, columnNames, mayGrant, group.id, queries])
  return (
    <Panel
      title={texts.members}
      isFlush
      actions={
        mayGrant && (
          <Button
            size="sm"
            variant="default"
            leftSection={<AdminIcon name="plus" />}
            onClick={() => dialog.open('add-member')}
          >
            {texts.addMember}
          </Button>
        )
      }
    >
      <ListPages
        state={state}
        page={page}
        rowsOf={({ users }) => users}
        nextOf={({ next }) => next}
        empty={{ icon: 'group', title: texts.membersEmpty, lead: mayGrant && texts.membersEmptyLead }}
      >
        {({ users }) => (
          <RecordTable
            label={texts.members}
            rows={users}
            columns={columns}
            idOf={({ id }) => String(id)}
            nameOf={(user) => displayName(user)}
            linkOf={({ id }) => ({ to: '/admin/users/$id/', params: { id: String(id) } })}
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
      {dialog.shown === 'add-member' && <AddMemberDialog group={group} close={dialog.close} />}
    </Panel>
  )
}
