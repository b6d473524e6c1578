import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { Filters } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { RecordTable } from '../lists/record-table.tsx'
import { useTexts } from '../texts/texts.tsx'
import { usersTexts } from './users-texts.ts'

/** All accounts: found, filtered, and what is done to many of them. */
export function UsersPage() {
  const texts = useTexts(usersTexts)
  const state = useListState('users', { order: '-created_at' })
  const { search, order } = state.values
  const query = { search, order: order as '-created_at', cursor: state.at }
  const page = useQuery({
    queryKey: ['users', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/users', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo(
    () => [
      {
        name: 'name',
        label: texts.columns.name,
        cell: (one: { id: number; username: string }) => one.username,
        order: 'username',
      },
    ],
    [texts],
  )
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Panel isFlush>
        <Filters state={state} search={{ name: 'search', label: texts.search }} filters={[]} />
        <ListPages
          state={state}
          page={page}
          rowsOf={({ users }) => users}
          nextOf={({ next }) => next}
          empty={{ icon: 'user', title: texts.empty }}
        >
          {({ users }) => (
            <RecordTable
              label={texts.title}
              rows={users}
              columns={columns}
              idOf={({ id }) => String(id)}
              nameOf={({ username }) => username}
              order={order}
              sort={(order) => state.set({ order })}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
    </Page>
  )
}
