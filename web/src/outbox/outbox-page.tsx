import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { act } from '../administration/act.ts'
import { FailingNotice } from '../administration/failing-notice.tsx'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { type Filter, Filters, optionsOf } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { DropMail, type Mail, MailActions, MailKind, MailState } from './mail-cells.tsx'
import { outboxTexts } from './outbox-texts.ts'

/** The outbox: what is waiting, what failed and why. */
export function OutboxPage() {
  const texts = useTexts(outboxTexts)
  const may = useMay()
  const queries = useQueryClient()
  const state = useListState('outbox')
  const { state: shown, kind, to } = state.values
  const query = {
    ...(shown && { state: shown as 'pending' }),
    ...(kind && { kind }),
    ...(to && { to }),
    ...(state.at && { before: Number(state.at) }),
  }
  const page = useQuery({
    queryKey: ['outbox', query],
    queryFn: ({ signal }) => ask('GET /admin/outbox', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const mayChange = may('outbox.change')
  const dialog = useAddressDialog(mayChange ? ['drop'] : [])
  const columns = useMemo(
    (): Column<Mail>[] => [
      { name: 'to', label: texts.columns.to, cell: ({ to }) => to },
      {
        name: 'kind',
        label: texts.columns.kind,
        cell: (mail) => <MailKind mail={mail} />,
      },
      { name: 'state', label: texts.columns.state, cell: (mail) => <MailState mail={mail} /> },
      {
        name: 'attempts',
        label: texts.columns.attempts,
        cell: ({ attempts }) => attempts,
        isNumber: true,
        isWide: true,
      },
      {
        name: 'queued',
        label: texts.columns.queued,
        isSaid: true,
        cell: (mail) => <Moment at={mail.queued_at} relative />,
      },
      {
        name: 'actions',
        label: texts.columns.actions,
        isBare: true,
        isNumber: true,
        cell: (mail) => mayChange && mail.state === 'pending' && <MailActions mail={mail} drop={dialog.open} />,
      },
    ],
    [texts, mayChange, dialog.open],
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
    <Page title={texts.title} lead={texts.lead} changing="outbox.change">
      {failing && (
        <FailingNotice
          title={texts.failing}
          failing={failing}
          {...(mayChange && { retry: { action: texts.retryAll, send: retryAll } })}
        />
      )}
      <Panel isFlush>
        <Filters state={state} search={{ name: 'to', label: texts.search }} filters={filters} />
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
              linkOf={({ id }) => ({ to: '/admin/mail/$id/', params: { id } })}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
      <DropMail mails={page.data?.mails ?? []} dialog={dialog} />
    </Page>
  )
}
