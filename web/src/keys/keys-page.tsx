import { Button, Checkbox } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Nothing } from '../lists/list-pages.tsx'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { DestroyKey } from './destroy-key.tsx'
import { type Key, keyKinds, keysQuery } from './keys.ts'
import { keysTexts } from './keys-texts.ts'

/** The signing keys, newest first: what state they are in, and how to replace one. */
export function KeysPage() {
  const texts = useTexts(keysTexts)
  const may = useMay()
  const keys = useQuery(keysQuery)
  const mayChange = may('keys.change')
  const dialog = useAddressDialog(mayChange ? ['rotate', 'retire'] : [])
  const isRetiring = keys.data?.some(({ kid, state }) => kid === dialog.subject && state !== 'retired')
  const columns = useMemo(
    (): Column<Key>[] => [
      {
        name: 'kid',
        label: texts.columns.kid,
        cell: ({ kid, algorithm }) => (
          <>
            <span className={`${classes.stack} ${classes.code}`}>{kid}</span>
            <span className={classes.quiet}>{algorithm}</span>
          </>
        ),
      },
      {
        name: 'state',
        label: texts.columns.state,
        cell: ({ state }) => <Tag kind={keyKinds[state]}>{texts.states[state]}</Tag>,
      },
      {
        name: 'created',
        label: texts.columns.created,
        isSaid: true,
        cell: (key) => <Moment at={key.created_at} relative />,
      },
      {
        name: 'used',
        label: texts.columns.used,
        cell: ({ activated_at: at }) => at !== null && <Moment at={at} />,
        isWide: true,
      },
      {
        name: 'until',
        label: texts.columns.until,
        cell: (key) => {
          const at = key.retired_at ?? key.retires_at ?? key.superseded_at
          return at !== null && <Moment at={at} />
        },
        isWide: true,
      },
      {
        name: 'retire',
        label: texts.columns.actions,
        isBare: true,
        isNumber: true,
        cell: ({ kid, state }) =>
          mayChange &&
          state !== 'retired' && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={texts.retireOne(kid)}
              onClick={() => dialog.open('retire', kid)}
            >
              {texts.retire}
            </Button>
          ),
      },
    ],
    [texts, mayChange, dialog.open],
  )
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      changing="keys.change"
      actions={
        mayChange &&
        keys.data !== undefined &&
        keys.data.length > 0 && (
          <Button size="sm" onClick={() => dialog.open('rotate')}>
            {texts.rotate}
          </Button>
        )
      }
    >
      <Panel isFlush={keys.isSuccess}>
        {keys.isPending && <Loading lines={4} />}
        {keys.isError && <Failed error={keys.error} retry={() => void keys.refetch()} />}
        {keys.data?.length === 0 && <Nothing icon="key" title={texts.empty} lead={texts.emptyLead} />}
        {keys.data !== undefined && keys.data.length > 0 && (
          <RecordTable
            label={texts.title}
            rows={keys.data}
            columns={columns}
            idOf={({ kid }) => kid}
            nameOf={({ kid }) => kid}
            linkOf={({ kid }) => ({ to: '/admin/keys/$kid/', params: { kid } })}
          />
        )}
      </Panel>
      {dialog.shown === 'rotate' && <Rotate close={dialog.close} />}
      {dialog.shown === 'retire' && isRetiring && <DestroyKey kid={dialog.subject} close={dialog.close} />}
    </Page>
  )
}

function Rotate({ close }: { close(): void }) {
  const texts = useTexts(keysTexts)
  const queries = useQueryClient()
  const [isNow, setIsNow] = useState(false)
  return (
    <ConfirmDialog
      title={texts.rotateTitle}
      lead={texts.rotateLead}
      action={texts.rotateAction}
      close={close}
      send={() => act('POST /admin/keys/rotate', { query: { now: isNow } })}
      done={async ({ rotated, takes_effect_at: at }) => {
        notify(rotated ? texts.rotated : at === null ? texts.already : texts.scheduled)
        await queries.invalidateQueries({ queryKey: ['keys'] })
      }}
    >
      <Checkbox
        label={texts.now}
        description={texts.nowHint}
        checked={isNow}
        onChange={(event) => setIsNow(event.currentTarget.checked)}
      />
    </ConfirmDialog>
  )
}
