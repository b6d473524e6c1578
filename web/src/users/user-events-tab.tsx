import type { AuditEventName } from '@latchkey/client'
import { SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { eventTexts } from '../events/event-texts.ts'
import { AccountLink, Actor, EventName, type NamedEvent, useFactWords } from '../events/event-words.tsx'
import { Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useUser } from './user.ts'
import classes from './user-columns.module.css'
import { userEventsTexts } from './user-events-texts.ts'

/** The audit log of one user: events about the user, or events that the user caused. */
export function UserEventsTab() {
  const user = useUser()
  const texts = useTexts(userEventsTexts)
  const { names } = useTexts(eventTexts)
  const state = useListState(`events-of-${user.id}`)
  const side = state.values.side === 'by' ? 'by' : 'about'
  const event = Object.keys(names).find((name) => name === state.values.event) as AuditEventName | undefined
  const before = Number(state.at)
  const query = {
    ...(side === 'by' ? { actor_id: user.id } : { account_id: user.id }),
    ...(event !== undefined && { event }),
    ...(Number.isSafeInteger(before) && { before }),
    limit: 30,
  }
  const page = useQuery({
    queryKey: ['users', 'events', query],
    queryFn: ({ signal }) => ask('GET /admin/events', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useEventColumns(side)
  return (
    <Panel isFlush>
      <Filters
        state={state}
        filters={[
          {
            kind: 'choice',
            name: 'event',
            label: texts.kind,
            options: optionsOf(names),
          },
        ]}
        actions={
          <SegmentedControl
            size="sm"
            aria-label={texts.sidesLabel}
            value={side}
            onChange={(value) => state.set({ side: value === 'by' ? 'by' : undefined })}
            data={[
              { value: 'about', label: texts.sides.about },
              { value: 'by', label: texts.sides.by },
            ]}
          />
        }
      />
      <ListPages
        state={state}
        page={page}
        rowsOf={({ events }) => events}
        nextOf={({ next }) => next}
        empty={{ icon: 'event', title: texts.empty }}
      >
        {({ events }) => (
          <RecordTable
            label={texts.title}
            rows={events}
            columns={columns}
            idOf={({ id }) => String(id)}
            nameOf={({ event }) => event}
            linkOf={({ id }) => ({ to: '/admin/events/$id/', params: { id: String(id) } })}
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
    </Panel>
  )
}

function useEventColumns(side: 'about' | 'by'): Column<NamedEvent>[] {
  const texts = useTexts(userEventsTexts)
  const facts = useFactWords()
  return useMemo(
    () => [
      {
        name: 'event',
        label: texts.event,
        cell: (event) => (
          <span className={classes.names}>
            <span>
              <EventName event={event.event} />
            </span>
            <span className={classes.username}>{facts(event.facts)}</span>
          </span>
        ),
      },
      side === 'about'
        ? { name: 'who', label: texts.who, isSaid: true, cell: (event) => <Actor event={event} /> }
        : {
            name: 'about',
            label: texts.about,
            isSaid: true,
            cell: ({ account_id: id, username }) => id !== null && <AccountLink id={id} username={username} />,
          },
      { name: 'from', label: texts.from, isWide: true, cell: ({ address }) => address },
      { name: 'when', label: texts.when, cell: ({ at }) => <Moment at={at} relative /> },
    ],
    [texts, side, facts],
  )
}
