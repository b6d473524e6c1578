import { Button } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { type ListedSession, SessionState, useHolderName } from '../sessions/session-cells.tsx'
import { sessionsTexts } from '../sessions/sessions-texts.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useMayReach, useUser } from './user.ts'
import { userSessionsTexts } from './user-sessions-texts.ts'

const states = ['running', 'ended', 'all'] as const

/** Where a user is and was signed in. */
export function UserSessionsTab() {
  const user = useUser()
  const texts = useTexts(userSessionsTexts)
  const words = useTexts(sessionsTexts)
  const may = useMay()
  const holderName = useHolderName()
  const mayReach = useMayReach()
  const queries = useQueryClient()
  const state = useListState(`sessions-of-${user.id}`)
  const wanted = states.find((one) => one === state.values.state) ?? 'running'
  const query = { account_id: user.id, state: wanted, limit: 20, ...(state.at !== undefined && { cursor: state.at }) }
  const page = useQuery({
    queryKey: ['users', 'sessions', query],
    queryFn: ({ signal }) => ask('GET /admin/sessions', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const mayEnd = may('sessions.delete') && mayReach(user)
  const { shown, subject, open, close } = useAddressDialog(mayEnd ? ['end'] : [])
  const ending = shown && page.data?.sessions.find(({ id, ended_at: at }) => id === subject && at === null)
  const columns = useMemo(
    (): Column<ListedSession>[] => [
      { name: 'device', label: words.columns.device, cell: holderName },
      { name: 'address', label: words.columns.address, cell: ({ address }) => address },
      { name: 'started', label: words.columns.started, cell: (one) => <Moment at={one.created_at} />, isWide: true },
      {
        name: 'seen',
        label: words.columns.seen,
        isSaid: true,
        cell: (one) => <Moment at={one.last_seen_at} relative />,
      },
      { name: 'state', label: words.columns.state, cell: (one) => <SessionState session={one} /> },
      {
        name: 'end',
        label: words.columns.actions,
        isBare: true,
        isNumber: true,
        cell: (one) =>
          mayEnd &&
          one.ended_at === null &&
          !one.is_current && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={texts.endThis(holderName(one))}
              onClick={() => open('end', one.id)}
            >
              {words.end}
            </Button>
          ),
      },
    ],
    [texts, words, mayEnd, holderName, open],
  )
  return (
    <Panel isFlush>
      <Filters
        state={state}
        filters={[
          {
            kind: 'choice',
            name: 'state',
            label: words.state,
            any: words.states.running,
            options: optionsOf({ ended: words.states.ended, all: words.states.all }),
          },
        ]}
      />
      <ListPages
        state={state}
        page={page}
        rowsOf={({ sessions }) => sessions}
        nextOf={({ next }) => next}
        empty={{ icon: 'session', title: texts.empty, lead: texts.emptyLead }}
      >
        {({ sessions }) => (
          <RecordTable
            label={texts.title}
            rows={sessions}
            columns={columns}
            idOf={({ id }) => id}
            nameOf={holderName}
            linkOf={({ id }) => ({ to: '/admin/sessions/$id/', params: { id } })}
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
      {ending !== undefined && (
        <ConfirmDialog
          title={texts.endTitle}
          lead={texts.endLead(holderName(ending))}
          action={words.end}
          close={close}
          send={() => act('DELETE /admin/sessions/:id', { params: { id: ending.id } })}
          done={() => {
            notify(words.ended)
            return queries.invalidateQueries({ queryKey: ['users', 'sessions'] })
          }}
        />
      )}
    </Panel>
  )
}
