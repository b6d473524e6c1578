import type { AuditEventName } from '@latchkey/client'
import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import classes from '../administration/details.module.css'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { type Filter, Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { periodOf, useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { useDeviceNames } from '../texts/device.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { eventTexts } from './event-texts.ts'
import { AccountLink, Actor, EventName, type NamedEvent, useEventName, useFactWords } from './event-words.tsx'
import { eventsTexts } from './events-texts.ts'

/** How often the page looks for new events while it shows the newest ones, in milliseconds. */
const LIVE_MS = 4_000

/** The audit log. Its first page follows what happens. */
export function EventsPage() {
  const texts = useTexts(eventsTexts)
  const { names } = useTexts(eventTexts)
  const nameOf = useEventName()
  const factsOf = useFactWords()
  const { nameOfAgent } = useDeviceNames()
  const state = useListState('events')
  const [isPaused, setIsPaused] = useState(false)
  const { event, username, actor, address, at_from, at_to } = state.values
  const period = periodOf(at_from, at_to)
  const query = {
    ...(event && { event: event as AuditEventName }),
    ...(username && { username }),
    ...(actor && { actor }),
    ...(address && { address }),
    ...(period.from && { since: period.from }),
    ...(period.before && { until: period.before }),
    ...(state.at && { before: Number(state.at) }),
  }
  const isNewest = state.at === undefined
  const page = useQuery({
    queryKey: ['events', query],
    queryFn: ({ signal }) => ask('GET /admin/events', { signal, query }),
    placeholderData: keepPreviousData,
    refetchInterval: isNewest && !isPaused && LIVE_MS,
  })
  const columns = useMemo(
    (): Column<NamedEvent>[] => [
      {
        name: 'event',
        label: texts.columns.event,
        cell: (one) => (
          <>
            <span className={classes.stack}>
              <EventName event={one.event} />
            </span>
            <span className={classes.quiet}>{factsOf(one.facts)}</span>
          </>
        ),
      },
      {
        name: 'account',
        label: texts.columns.account,
        cell: ({ account_id: id, username: name }) => id !== null && <AccountLink id={id} username={name} />,
      },
      { name: 'actor', label: texts.columns.actor, isSaid: true, cell: (one) => <Actor event={one} /> },
      {
        name: 'where',
        label: texts.columns.where,
        cell: ({ address, user_agent: agent }) => (
          <>
            <span className={`${classes.stack} ${classes.code}`}>{address}</span>
            <span className={`${classes.quiet} ${classes.oneLine}`}>{nameOfAgent(agent)}</span>
          </>
        ),
        isWide: true,
      },
      { name: 'at', label: texts.columns.at, cell: ({ at }) => <Moment at={at} relative /> },
    ],
    [texts, factsOf, nameOfAgent],
  )
  const filters: Filter[] = [
    {
      kind: 'choice',
      name: 'event',
      label: texts.event,
      options: optionsOf(names),
    },
    { kind: 'text', name: 'username', label: texts.account },
    { kind: 'text', name: 'actor', label: texts.actor },
    { kind: 'text', name: 'address', label: texts.address },
    { kind: 'period', name: 'at', label: texts.period },
  ]
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        isNewest && (
          <Button
            size="sm"
            variant="default"
            aria-pressed={!isPaused}
            title={isPaused ? texts.resume : texts.pause}
            leftSection={<span className={isPaused ? classes.paused : classes.live} aria-hidden="true" />}
            onClick={() => setIsPaused(!isPaused)}
          >
            {isPaused ? texts.paused : texts.live}
          </Button>
        )
      }
    >
      <Panel isFlush>
        <Filters state={state} filters={filters} />
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
              nameOf={({ event: name }) => nameOf(name)}
              linkOf={({ id }) => ({ to: '/admin/events/$id/', params: { id: String(id) } })}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
    </Page>
  )
}
