import type { AnswerOf } from '@latchkey/client'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { useFailureWords } from '../administration/failure-words.ts'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { useEventName } from '../events/event-words.tsx'
import { Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Tag } from '../look/tag.tsx'
import { deliveryColors } from '../outbox/mail-cells.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

type Delivery = AnswerOf<'GET /admin/webhooks/:id/deliveries'>['deliveries'][number]

/** The deliveries of a webhook's events, newest first. */
export function Deliveries({ webhookId, mayChange }: { webhookId: string; mayChange: boolean }) {
  const maySeeEvents = useMay()('events.view')
  const texts = useTexts(webhooksTexts)
  const nameOf = useEventName()
  const whyFailed = useFailureWords()
  const queries = useQueryClient()
  const list = useListState(`deliveries-${webhookId}`)
  const { state } = list.values
  const query = { ...(state && { state: state as 'pending' }), ...(list.at && { before: Number(list.at) }) }
  const page = useQuery({
    queryKey: ['webhooks', webhookId, 'deliveries', query],
    queryFn: ({ signal }) => ask('GET /admin/webhooks/:id/deliveries', { signal, params: { id: webhookId }, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo(
    (): Column<Delivery>[] => [
      { name: 'event', label: texts.deliveryColumns.event, cell: ({ event }) => nameOf(event) },
      {
        name: 'state',
        label: texts.deliveryColumns.state,
        cell: (one) => (
          <>
            <Tag kind={deliveryColors[one.state]}>{texts.states[one.state]}</Tag>
            {one.state !== 'delivered' && one.last_error !== null && (
              <span className={`${classes.stack} ${classes.problem}`}>{whyFailed(one.last_error)}</span>
            )}
            {one.last_status !== null && one.last_error === null && (
              <span className={`${classes.stack} ${classes.quiet}`}>{texts.status(one.last_status)}</span>
            )}
          </>
        ),
      },
      {
        name: 'attempts',
        label: texts.deliveryColumns.attempts,
        cell: ({ attempts }) => attempts,
        isNumber: true,
        isWide: true,
      },
      {
        name: 'queued',
        label: texts.deliveryColumns.queued,
        isSaid: true,
        cell: (one) => <Moment at={one.queued_at} relative />,
      },
      {
        name: 'replay',
        label: texts.deliveryColumns.actions,
        isBare: true,
        isNumber: true,
        cell: (one) =>
          mayChange && (
            <RowAction
              action={texts.replay}
              label={texts.replayOne(nameOf(one.event))}
              send={async () => {
                const params = { id: webhookId, event: String(one.event_id) }
                await act('POST /admin/webhooks/:id/deliveries/:event/replay', { params })
                await queries.invalidateQueries({ queryKey: ['webhooks', webhookId] })
              }}
              done={texts.replayed}
            />
          ),
      },
    ],
    [texts, nameOf, whyFailed, mayChange, webhookId, queries],
  )
  return (
    <Panel title={texts.deliveries} lead={texts.deliveriesLead} isFlush>
      <Filters
        state={list}
        filters={[
          {
            kind: 'choice',
            name: 'state',
            label: texts.state,
            options: optionsOf(texts.states),
          },
        ]}
      />
      <ListPages
        state={list}
        page={page}
        rowsOf={({ deliveries }) => deliveries}
        nextOf={({ next }) => next}
        empty={{ icon: 'webhook', title: texts.noDeliveries }}
      >
        {({ deliveries }) => (
          <RecordTable
            label={texts.deliveries}
            rows={deliveries}
            columns={columns}
            idOf={({ id }) => id}
            nameOf={({ event }) => nameOf(event)}
            {...(maySeeEvents && {
              linkOf: ({ event_id: id }: Delivery) =>
                ({ to: '/admin/events/$id/', params: { id: String(id) } }) as const,
            })}
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
    </Panel>
  )
}
