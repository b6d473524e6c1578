import { Button } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { act } from '../administration/act.ts'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Notice } from '../look/notice.tsx'
import { displayName } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import type { ListedUser } from '../users/user.ts'
import { AddMemberDialog } from './add-member-dialog.tsx'
import type { UserGroup } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** Who is in a group. Superusers add people and take them out; taking out can be undone. */
export function GroupMembers({ group }: { group: UserGroup }) {
  const texts = useTexts(groupsTexts)
  const words = useProblemWords()
  const mayGrant = useMay()('superuser')
  const queries = useQueryClient()
  const state = useListState(`members-of-${group.id}`)
  const [isAdding, setIsAdding] = useState(false)
  const [busy, setBusy] = useState<number>()
  const [problem, setProblem] = useState<Problem>()
  const query = { group: group.id, order: 'username' as const, ...(state.at !== undefined && { cursor: state.at }) }
  const page = useQuery({
    queryKey: ['users', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/users', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo((): Column<ListedUser>[] => {
    async function remove(user: ListedUser): Promise<void> {
      const params = { id: group.id, account_id: user.id }
      const reload = () => queries.invalidateQueries({ queryKey: ['users'] })
      setBusy(user.id)
      setProblem(undefined)
      try {
        await act('DELETE /admin/groups/:id/members/:account_id', { params })
        notify(texts.memberRemoved(displayName(user)), async () => {
          await act('PUT /admin/groups/:id/members/:account_id', { params })
          await reload()
        })
        await reload()
      } catch (error) {
        setProblem(asProblem(error))
      } finally {
        setBusy(undefined)
      }
    }
    return [
      { name: 'name', label: texts.columns.name, cell: (user) => displayName(user) },
      { name: 'email', label: texts.columns.name, cell: ({ email }) => email, isBare: true },
      {
        name: 'actions',
        label: texts.actions,
        isBare: true,
        isNumber: true,
        cell: (user) =>
          mayGrant && (
            <Button
              size="compact-sm"
              variant="default"
              loading={busy === user.id}
              aria-label={texts.removeThis(displayName(user))}
              onClick={() => void remove(user)}
            >
              {texts.removeMember}
            </Button>
          ),
      },
    ]
  }, [texts, mayGrant, busy, group.id, queries])
  return (
    <Panel
      title={texts.members}
      isFlush
      actions={
        mayGrant && (
          <Button size="sm" variant="default" leftSection={<AdminIcon name="plus" />} onClick={() => setIsAdding(true)}>
            {texts.addMember}
          </Button>
        )
      }
    >
      {problem && <Notice kind="problem">{words(problem)}</Notice>}
      <ListPages
        state={state}
        page={page}
        rowsOf={({ users }) => users}
        nextOf={({ next }) => next}
        empty={{ icon: 'group', title: texts.membersEmpty, lead: texts.membersEmptyLead }}
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
      {isAdding && <AddMemberDialog group={group} close={() => setIsAdding(false)} />}
    </Panel>
  )
}
