import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { DropMail, type Mail, MailActions, MailKind, MailState } from '../outbox/mail-cells.tsx'
import { outboxTexts } from '../outbox/outbox-texts.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useUser } from './user.ts'
import { userMailTexts } from './user-mail-texts.ts'

/** The emails to a user: sent, waiting or failed, and why. */
export function UserMailTab() {
  const user = useUser()
  const texts = useTexts(userMailTexts)
  const { columns: words } = useTexts(outboxTexts)
  const mayChange = useMay()('outbox.change')
  const dialog = useAddressDialog(mayChange ? ['drop'] : [])
  const state = useListState(`mail-of-${user.id}`)
  const before = Number(state.at)
  const query = { account_id: user.id, limit: 20, ...(Number.isSafeInteger(before) && { before }) }
  const page = useQuery({
    queryKey: ['users', 'mail', query],
    queryFn: ({ signal }) => ask('GET /admin/outbox', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo(
    (): Column<Mail>[] => [
      { name: 'kind', label: words.kind, cell: (mail) => <MailKind mail={mail} /> },
      { name: 'to', label: words.to, isWide: true, cell: ({ to }) => to },
      { name: 'state', label: words.state, cell: (mail) => <MailState mail={mail} /> },
      { name: 'queued', label: words.queued, cell: (mail) => <Moment at={mail.queued_at} relative /> },
      {
        name: 'actions',
        label: words.actions,
        isBare: true,
        isNumber: true,
        cell: (mail) => mayChange && mail.state === 'pending' && <MailActions mail={mail} drop={dialog.open} />,
      },
    ],
    [words, mayChange, dialog.open],
  )
  return (
    <Panel title={texts.title} lead={texts.lead} isFlush>
      <ListPages
        state={state}
        page={page}
        rowsOf={({ mails }) => mails}
        nextOf={({ next }) => next}
        empty={{ icon: 'mail', title: texts.empty, lead: texts.emptyLead }}
      >
        {({ mails }) => (
          <RecordTable
            label={texts.title}
            rows={mails}
            columns={columns}
            idOf={({ id }) => id}
            nameOf={({ kind }) => kind}
            linkOf={({ id }) => ({ to: '/admin/mail/$id/', params: { id } })}
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
      <DropMail mails={page.data?.mails ?? []} dialog={dialog} />
    </Panel>
  )
}
