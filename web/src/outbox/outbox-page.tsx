import type { AnswerOf } from '@latchkey/client'
import { Button } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { FailingNotice } from '../administration/failing-notice.tsx'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { type Filter, Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { outboxTexts } from './outbox-texts.ts'

type Mail = AnswerOf<'GET /admin/outbox'>['mails'][number]

const kinds = { pending: 'warning', delivered: 'good', given_up: 'bad' } as const

/** The outbox: what waits, what failed and why. */
export function OutboxPage() {
  const texts = useTexts(outboxTexts)
  const may = useMay()
  const queries = useQueryClient()
  const state = useListState('outbox')
  const [dropping, setDropping] = useState<Mail>()
  const { state: shown, kind } = state.values
  const query = {
    ...(shown && { state: shown as 'pending' }),
    ...(kind && { kind }),
    ...(state.at && { before: Number(state.at) }),
  }
  const page = useQuery({
    queryKey: ['outbox', query],
    queryFn: ({ signal }) => ask('GET /admin/outbox', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const mayChange = may('outbox.change')
  const columns = useMemo(
    (): Column<Mail>[] => [
      { name: 'to', label: texts.columns.to, cell: ({ to }) => to },
      {
        name: 'kind',
        label: texts.columns.kind,
        cell: (mail) => (texts.kinds as Record<string, string>)[mail.kind] ?? mail.kind,
      },
      { name: 'state', label: texts.columns.state, cell: (mail) => <State mail={mail} /> },
      {
        name: 'attempts',
        label: texts.columns.attempts,
        cell: ({ attempts }) => attempts,
        isNumber: true,
        isWide: true,
      },
      { name: 'queued', label: texts.columns.queued, cell: (mail) => <Moment at={mail.queued_at} relative /> },
      {
        name: 'actions',
        label: texts.columns.actions,
        isBare: true,
        isNumber: true,
        cell: (mail) =>
          mayChange &&
          mail.state === 'pending' && (
            <div className={classes.end}>
              <RowAction
                action={texts.retry}
                label={texts.retryOne(mail.to)}
                send={async () => {
                  await act('POST /admin/outbox/:id/retry', { params: { id: mail.id } })
                  await queries.invalidateQueries({ queryKey: ['outbox'] })
                }}
                done={texts.retried}
              />
              <Button
                size="compact-sm"
                variant="default"
                aria-label={texts.dropOne(mail.to)}
                onClick={() => setDropping(mail)}
              >
                {texts.drop}
              </Button>
            </div>
          ),
      },
    ],
    [texts, mayChange, queries],
  )
  const filters: Filter[] = [
    { kind: 'choice', name: 'state', label: texts.state, options: optionsOf(texts.states) },
    { kind: 'choice', name: 'kind', label: texts.kind, options: optionsOf(texts.kinds) },
  ]
  async function retryAll(): Promise<void> {
    const { hurried } = await act('POST /admin/outbox/retry')
    notify(texts.retriedAll(hurried))
    await queries.invalidateQueries({ queryKey: ['outbox'] })
  }
  const failing = page.data?.failing ?? null
  return (
    <Page title={texts.title} lead={texts.lead}>
      {failing && (
        <FailingNotice
          title={texts.failing}
          failing={failing}
          {...(mayChange && { retry: { action: texts.retryAll, send: retryAll } })}
        />
      )}
      <Panel isFlush>
        <Filters state={state} filters={filters} />
        <ListPages
          state={state}
          page={page}
          rowsOf={({ mails }) => mails}
          nextOf={({ next }) => next}
          empty={{ icon: 'mail', title: texts.empty }}
        >
          {({ mails }) => (
            <RecordTable
              label={texts.title}
              rows={mails}
              columns={columns}
              idOf={({ id }) => id}
              nameOf={({ to }) => to}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
      {dropping && (
        <ConfirmDialog
          title={texts.dropTitle}
          lead={texts.dropLead(dropping.to)}
          action={texts.dropAction}
          isDangerous
          close={() => setDropping(undefined)}
          send={() => act('POST /admin/outbox/:id/drop', { params: { id: dropping.id } })}
          done={async () => {
            notify(texts.dropped)
            await queries.invalidateQueries({ queryKey: ['outbox'] })
          }}
        />
      )}
    </Page>
  )
}

function State({ mail }: { mail: Mail }) {
  const texts = useTexts(outboxTexts)
  return (
    <>
      <Tag kind={kinds[mail.state]}>{texts.states[mail.state]}</Tag>
      {mail.state !== 'delivered' && mail.last_error !== null && (
        <span className={`${classes.stack} ${classes.problem}`}>{mail.last_error}</span>
      )}
      {mail.next_attempt_at !== null && mail.attempts > 0 && (
        <span className={`${classes.stack} ${classes.quiet}`}>
          {texts.nextAttempt} <Moment at={mail.next_attempt_at} relative />
        </span>
      )}
    </>
  )
}
