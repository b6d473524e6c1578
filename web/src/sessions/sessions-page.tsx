import { Button } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { AccountLink } from '../events/event-words.tsx'
import { type Filter, Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { periodOf, useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { EndMatching, type SessionFilter } from './end-matching.tsx'
import { type ListedSession, SessionState, useHolderName } from './session-cells.tsx'
import { sessionsTexts } from './sessions-texts.ts'

/** The sessions of all accounts. */
export function SessionsPage() {
  const texts = useTexts(sessionsTexts)
  const may = useMay()
  const holderName = useHolderName()
  const state = useListState('sessions')
  const queries = useQueryClient()
  const { username, address, state: shown, end_reason: reason, started_from, started_to } = state.values
  const period = periodOf(started_from, started_to)
  const filter: SessionFilter = {
    ...(username && { username }),
    ...(address && { address }),
    ...(period.from && { started_from: period.from }),
    ...(period.before && { started_before: period.before }),
  }
  const query = {
    ...filter,
    ...(state.at && { cursor: state.at }),
    // Only ended sessions have a reason.
    state: (shown ?? (reason === undefined ? 'running' : 'ended')) as 'running',
    ...(reason && { end_reason: reason as 'logout' }),
  }
  const page = useQuery({
    queryKey: ['sessions', query],
    queryFn: ({ signal }) => ask('GET /admin/sessions', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const mayEnd = may('sessions.delete')
  const dialog = useAddressDialog(mayEnd && query.state === 'running' ? ['end'] : [])
  const columns = useMemo(
    (): Column<ListedSession>[] => [
      {
        name: 'device',
        label: texts.columns.device,
        cell: holderName,
      },
      {
        name: 'account',
        label: texts.columns.account,
        cell: (one) => <AccountLink id={one.account_id} username={one.username} />,
      },
      {
        name: 'address',
        label: texts.columns.address,
        cell: (one) => <span className={classes.code}>{one.address}</span>,
      },
      {
        name: 'started',
        label: texts.columns.started,
        cell: (one) => <Moment at={one.created_at} relative />,
        isWide: true,
      },
      {
        name: 'seen',
        label: texts.columns.seen,
        cell: (one) => <Moment at={one.last_seen_at} relative />,
        isWide: true,
      },
      { name: 'state', label: texts.columns.state, cell: (one) => <SessionState session={one} /> },
      {
        name: 'end',
        label: texts.columns.actions,
        isBare: true,
        isNumber: true,
        cell: (one) =>
          mayEnd &&
          one.ended_at === null &&
          !one.is_current && (
            <RowAction
              action={texts.end}
              label={texts.endOne(one.username ?? String(one.account_id), holderName(one))}
              send={async () => {
                await act('DELETE /admin/sessions/:id', { params: { id: one.id } })
                await queries.invalidateQueries({ queryKey: ['sessions'] })
              }}
              done={texts.ended}
            />
          ),
      },
    ],
    [texts, mayEnd, queries, holderName],
  )
  const filters: Filter[] = [
    { kind: 'text', name: 'username', label: texts.account },
    { kind: 'text', name: 'address', label: texts.address },
    { kind: 'choice', name: 'state', label: texts.state, options: optionsOf(texts.states) },
    { kind: 'choice', name: 'end_reason', label: texts.reason, options: optionsOf(texts.reasons) },
    { kind: 'period', name: 'started', label: texts.period },
  ]
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      changing="sessions.delete"
      actions={
        mayEnd &&
        query.state === 'running' && (
          <Button variant="default" size="sm" onClick={() => dialog.open('end')}>
            {texts.endMatching}
          </Button>
        )
      }
    >
      <Panel isFlush>
        <Filters state={state} filters={filters} />
        <ListPages
          state={state}
          page={page}
          rowsOf={({ sessions }) => sessions}
          nextOf={({ next }) => next}
          empty={{ icon: 'session', title: texts.empty }}
        >
          {({ sessions }) => (
            <RecordTable
              label={texts.title}
              rows={sessions}
              columns={columns}
              idOf={({ id }) => id}
              nameOf={(one) => `${one.username}, ${holderName(one)}`}
              linkOf={({ id }) => ({ to: '/admin/sessions/$id/', params: { id } })}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
      {dialog.shown === 'end' && <EndMatching filter={filter} close={dialog.close} />}
    </Page>
  )
}
