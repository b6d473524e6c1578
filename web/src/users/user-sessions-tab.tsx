import type { AnswerOf } from '@latchkey/client'
import { Button } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { Filters } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useMayReach, useUser } from './user.ts'
import { userSessionsTexts } from './user-sessions-texts.ts'

type Session = AnswerOf<'GET /admin/sessions'>['sessions'][number]

const states = ['running', 'ended', 'all'] as const

/** Where a user is signed in, and was. */
export function UserSessionsTab() {
  const user = useUser()
  const texts = useTexts(userSessionsTexts)
  const may = useMay()
  const mayReach = useMayReach()
  const queries = useQueryClient()
  const state = useListState(`sessions-of-${user.id}`)
  const [ending, setEnding] = useState<Session>()
  const wanted = states.find((one) => one === state.values.state) ?? 'running'
  const query = { account_id: user.id, state: wanted, limit: 20, ...(state.at !== undefined && { cursor: state.at }) }
  const page = useQuery({
    queryKey: ['users', 'sessions', query],
    queryFn: ({ signal }) => ask('GET /admin/sessions', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const mayEnd = may('sessions.delete') && mayReach(user)
  const columns = useMemo((): Column<Session>[] => {
    const nameOf = ({ device, is_key: isKey }: Session) =>
      isKey ? texts.withKey(device || texts.unknown) : device || texts.unknown
    return [
      { name: 'device', label: texts.device, cell: nameOf },
      { name: 'address', label: texts.address, cell: ({ address }) => address },
      { name: 'started', label: texts.started, cell: (one) => <Moment at={one.created_at} />, isWide: true },
      {
        name: 'lastSeen',
        label: texts.lastSeen,
        isSaid: true,
        cell: (one) => <Moment at={one.last_seen_at} relative />,
      },
      {
        name: 'state',
        label: texts.state,
        cell: ({ end_reason: reason, is_current: isOwn }) =>
          reason === null ? (
            <Tag kind="good">{isOwn ? `${texts.running} (${texts.yours})` : texts.running}</Tag>
          ) : (
            <Tag kind={reason === 'replayed' ? 'bad' : 'plain'}>{texts.reasons[reason]}</Tag>
          ),
      },
      {
        name: 'end',
        label: texts.actions,
        isBare: true,
        isNumber: true,
        cell: (one) =>
          mayEnd &&
          one.end_reason === null &&
          !one.is_current && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={texts.endThis(nameOf(one))}
              onClick={() => setEnding(one)}
            >
              {texts.end}
            </Button>
          ),
      },
    ]
  }, [texts, mayEnd])
  return (
    <Panel isFlush>
      <Filters
        state={state}
        filters={[
          {
            kind: 'choice',
            name: 'state',
            label: texts.filterState,
            any: texts.running,
            options: [
              { value: 'ended', label: texts.ended },
              { value: 'all', label: texts.all },
            ],
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
            nameOf={({ device }) => device}
            isStale={page.isPlaceholderData}
          />
        )}
      </ListPages>
      {ending !== undefined && (
        <ConfirmDialog
          title={texts.endTitle}
          lead={texts.endLead(ending.device || texts.unknown)}
          action={texts.end}
          close={() => setEnding(undefined)}
          send={() => act('DELETE /admin/sessions/:id', { params: { id: ending.id } })}
          done={() => {
            notify(texts.endDone)
            return queries.invalidateQueries({ queryKey: ['users', 'sessions'] })
          }}
        />
      )}
    </Panel>
  )
}
