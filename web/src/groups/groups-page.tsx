import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { Filters } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { ButtonLink } from '../look/links.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import type { UserGroup } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** All groups. */
export function GroupsPage() {
  const texts = useTexts(groupsTexts)
  const may = useMay()
  const state = useListState('groups')
  const after = Number(state.at)
  const { search } = state.values
  const query = { ...(Number.isSafeInteger(after) && { after }), ...(search !== undefined && { search }) }
  const page = useQuery({
    queryKey: ['groups', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/groups', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo(
    (): Column<UserGroup>[] => [
      { name: 'name', label: texts.columns.name, cell: ({ name }) => name },
      { name: 'description', label: texts.columns.description, cell: ({ description }) => description },
      {
        name: 'permissions',
        label: texts.columns.permissions,
        isNumber: true,
        isSaid: true,
        cell: ({ permissions }) => permissions.length,
      },
      {
        name: 'created',
        label: texts.columns.created,
        isWide: true,
        cell: ({ created_at: at }) => <Moment at={at} relative />,
      },
    ],
    [texts],
  )
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      changing="superuser"
      actions={
        may('superuser') && (
          <ButtonLink to="/admin/groups/new/" size="sm" leftSection={<AdminIcon name="plus" />}>
            {texts.create}
          </ButtonLink>
        )
      }
    >
      <Panel isFlush>
        <Filters state={state} search={{ name: 'search', label: texts.search }} filters={[]} />
        <ListPages
          state={state}
          page={page}
          rowsOf={({ groups }) => groups}
          nextOf={({ next }) => next}
          empty={{ icon: 'group', title: texts.empty, lead: texts.emptyLead }}
        >
          {({ groups }) => (
            <RecordTable
              label={texts.title}
              rows={groups}
              columns={columns}
              idOf={({ id }) => String(id)}
              nameOf={({ name }) => name}
              linkOf={({ id }) => ({ to: '/admin/groups/$id/', params: { id: String(id) } })}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
    </Page>
  )
}
