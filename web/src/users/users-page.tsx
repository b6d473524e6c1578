import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { GroupSelect } from '../groups/group-select.tsx'
import { groupQuery } from '../groups/groups.ts'
import { type Filter, Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { type ListState, useListState } from '../lists/list-state.ts'
import { RecordTable } from '../lists/record-table.tsx'
import { ButtonLink } from '../look/links.tsx'
import { displayName } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import { BulkBar, type Chosen } from './bulk-bar.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { InterruptedRunNotice } from './interrupted-run-notice.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { useUserColumns } from './user-columns.tsx'
import { userFilterOf } from './user-filter.ts'
import { usersTexts } from './users-texts.ts'

const NONE: ReadonlySet<string> = new Set()

/** All accounts: search, filters, export, and changes to many of them. */
export function UsersPage() {
  const texts = useTexts(usersTexts)
  const may = useMay()
  const state = useListState('users', { order: '-created_at' })
  const dialog = useAddressDialog(may('accounts.add') ? ['export', 'invite'] : ['export'])
  const filter = userFilterOf(state)
  const order = orderOf(state.values.order)
  const query = { ...filter, order, ...(state.at !== undefined && { cursor: state.at }) }
  const page = useQuery({
    queryKey: ['users', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/users', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useUserColumns()
  // A selection applies to what is shown, so another filter clears it.
  const [chosenIn, setChosen] = useState({ of: '', ids: NONE, isAll: false })
  const of = JSON.stringify(filter)
  const chosen: Chosen = chosenIn.of === of ? chosenIn : { ids: NONE, isAll: false }
  const choose = (next: Chosen) => setChosen({ of, ...next })
  const isPrefix = filter.match === 'prefix'
  const anywhere = (
    <Button size="sm" variant="default" mt="md" onClick={() => state.set({ match: 'anywhere' })}>
      {texts.searchAnywhere}
    </Button>
  )
  const mayChangeMany = may('accounts.change') || may('accounts.delete') || may('sessions.delete')

  return (
    <Page
      title={texts.title}
      changing={mayChangeMany || may('accounts.add') ? undefined : 'accounts.change'}
      actions={
        <>
          <Button
            size="sm"
            variant="default"
            leftSection={<AdminIcon name="download" />}
            onClick={() => dialog.open('export')}
          >
            {texts.export}
          </Button>
          {may('accounts.add') && (
            <>
              <Button
                size="sm"
                variant="default"
                leftSection={<AdminIcon name="send" />}
                onClick={() => dialog.open('invite')}
              >
                {texts.invite}
              </Button>
              <ButtonLink to="/admin/users/new/" size="sm" leftSection={<AdminIcon name="plus" />}>
                {texts.create}
              </ButtonLink>
            </>
          )}
        </>
      }
    >
      {mayChangeMany && <InterruptedRunNotice />}
      <Panel isFlush>
        <Filters
          state={state}
          search={{ name: 'search', label: texts.search }}
          filters={useUserFilters(state)}
          orders={optionsOf(texts.orders)}
        />
        {mayChangeMany && (
          <BulkBar
            chosen={chosen}
            choose={choose}
            filter={filter}
            pageSize={page.data?.users.length ?? 0}
            hasMore={page.data !== undefined && (page.data.next !== null || state.at !== undefined)}
          />
        )}
        <ListPages
          state={state}
          page={page}
          rowsOf={({ users }) => users}
          nextOf={({ next }) => next}
          empty={{ icon: 'user', title: texts.empty, lead: may('accounts.add') && texts.emptyLead }}
          nothing={isPrefix && anywhere}
        >
          {({ users }) => (
            <RecordTable
              label={texts.title}
              rows={users}
              columns={columns}
              idOf={({ id }) => String(id)}
              nameOf={(user) => displayName(user)}
              linkOf={({ id }) => ({ to: '/admin/users/$id/', params: { id: String(id) } })}
              order={order}
              sort={(order) => state.set({ order })}
              selection={
                mayChangeMany
                  ? {
                      ids: chosen.isAll ? new Set(users.map(({ id }) => String(id))) : chosen.ids,
                      change: (ids) => choose({ ids, isAll: false }),
                    }
                  : undefined
              }
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
      {dialog.shown === 'export' && <ExportDialog filter={filter} order={order} close={dialog.close} />}
      {dialog.shown === 'invite' && <InviteDialog close={dialog.close} />}
    </Page>
  )
}

type Order = keyof (typeof usersTexts)['en']['orders']

function orderOf(text: string | undefined): Order {
  return Object.hasOwn(usersTexts.en.orders, text ?? '') ? (text as Order) : '-created_at'
}

function useUserFilters(state: ListState): Filter[] {
  const texts = useTexts(usersTexts)
  const mayViewGroups = useMay()('groups.view')
  const groupId = state.values.group ?? ''
  const group = useQuery({ ...groupQuery(groupId), enabled: mayViewGroups && groupId !== '' })
  const flag = (
    name: 'is_active' | 'is_staff' | 'is_superuser' | 'email_verified' | 'second_factor',
    yes: string,
    no: string,
  ): Filter => ({
    kind: 'choice',
    name,
    label: texts.filters[name],
    options: [
      { value: 'true', label: yes },
      { value: 'false', label: no },
    ],
  })
  const ofGroup: Filter = {
    kind: 'own',
    name: 'group',
    label: texts.filters.group,
    words: group.data?.name,
    control: (
      <GroupSelect
        size="sm"
        label={texts.filters.group}
        placeholder={texts.anyGroup}
        value={groupId}
        change={(id) => state.set({ group: id })}
      />
    ),
  }
  return [
    {
      kind: 'choice',
      name: 'match',
      label: texts.filters.match,
      any: texts.matchPrefix,
      options: [{ value: 'anywhere', label: texts.matchAnywhere }],
    },
    flag('is_active', texts.active, texts.inactive),
    flag('is_staff', texts.yes, texts.no),
    flag('is_superuser', texts.yes, texts.no),
    flag('email_verified', texts.confirmed, texts.notConfirmed),
    flag('second_factor', texts.yes, texts.no),
    ...(mayViewGroups ? [ofGroup] : []),
    { kind: 'period', name: 'created', label: texts.filters.created },
    { kind: 'period', name: 'last_login', label: texts.filters.last_login },
  ]
}
