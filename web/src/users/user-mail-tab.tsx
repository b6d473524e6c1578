import type { AnswerOf } from '@latchkey/client'
import { Button, Group } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useUser } from './user.ts'
import classes from './user-columns.module.css'
import { userMailTexts } from './user-mail-texts.ts'

type Mail = AnswerOf<'GET /admin/outbox'>['mails'][number]

const kinds = { pending: 'warning', delivered: 'good', given_up: 'bad' } as const

/** The mail that was sent to a user, or waits, or failed, and why. */
export function UserMailTab() {
  const user = useUser()
  const texts = useTexts(userMailTexts)
  const mayChange = useMay()('outbox.change')
  const queries = useQueryClient()
  const state = useListState(`mail-of-${user.id}`)
  const [asked, setAsked] = useState<{ what: 'retry' | 'drop'; mail: Mail }>()
  const before = Number(state.at)
  const query = { account_id: user.id, limit: 20, ...(Number.isSafeInteger(before) && { before }) }
  const page = useQuery({
    queryKey: ['users', 'mail', query],
    queryFn: ({ signal }) => ask('GET /admin/outbox', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo(
    (): Column<Mail>[] => [
      {
        name: 'kind',
        label: texts.kind,
        cell: (mail) => (
          <span className={classes.name}>
            <span>{mail.kind}</span>
            {mail.last_error !== null && <span className={classes.username}>{mail.last_error}</span>}
          </span>
        ),
      },
      { name: 'to', label: texts.to, isWide: true, cell: ({ to }) => to },
      {
        name: 'state',
        label: texts.state,
        cell: (mail) => (
          <span className={classes.address}>
            <Tag kind={kinds[mail.state]}>{texts.states[mail.state]}</Tag>
            {mail.attempts > 1 && <span className={classes.quiet}>{texts.attempts(mail.attempts)}</span>}
          </span>
        ),
      },
      { name: 'queued', label: texts.queued, cell: (mail) => <Moment at={mail.queued_at} relative /> },
      {
        name: 'actions',
        label: texts.actions,
        isBare: true,
        isNumber: true,
        cell: (mail) =>
          mayChange &&
          mail.state === 'pending' && (
            <Group gap={6} justify="flex-end">
              <Button size="compact-sm" variant="default" onClick={() => setAsked({ what: 'retry', mail })}>
                {texts.retry}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setAsked({ what: 'drop', mail })}>
                {texts.drop}
              </Button>
            </Group>
          ),
      },
    ],
    [texts, mayChange],
  )
  const done = (text: string) => {
    notify(text)
    return queries.invalidateQueries({ queryKey: ['users', 'mail'] })
  }
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
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
      {asked?.what === 'retry' && (
        <ConfirmDialog
          title={texts.retry}
          lead={asked.mail.last_error ?? asked.mail.to}
          action={texts.retry}
          close={() => setAsked(undefined)}
          send={() => act('POST /admin/outbox/:id/retry', { params: { id: asked.mail.id } })}
          done={() => done(texts.retried)}
        />
      )}
      {asked?.what === 'drop' && (
        <ConfirmDialog
          title={texts.dropTitle}
          lead={texts.dropLead}
          action={texts.drop}
          isDangerous
          close={() => setAsked(undefined)}
          send={() => act('POST /admin/outbox/:id/drop', { params: { id: asked.mail.id } })}
          done={() => done(texts.dropped)}
        />
      )}
    </Panel>
  )
}
