import type { AnswerOf } from '@latchkey/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { AccountLink } from '../events/event-words.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Nothing } from '../lists/list-pages.tsx'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Moment } from '../texts/moment.tsx'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { limitsTexts } from './limits-texts.ts'

type Answer = AnswerOf<'GET /admin/limits'>
type HeldBack = Answer['held_back'][number]
type Limit = Answer['limits'][number]

/** How often the page checks who is blocked, in milliseconds: some blocks are short. */
const FOLLOW_MS = 10_000

/** The limits in force, and the clients that they block. */
export function LimitsPage() {
  const texts = useTexts(limitsTexts)
  const names: Record<string, string> = texts.names
  const may = useMay()
  const { region } = useLanguage()
  const queries = useQueryClient()
  const limits = useQuery({
    queryKey: ['limits'],
    queryFn: ({ signal }) => ask('GET /admin/limits', { signal }),
    refetchInterval: FOLLOW_MS,
  })
  const mayLift = may('limits.change')
  const heldBack = useMemo(
    (): Column<HeldBack>[] => [
      {
        name: 'address',
        label: texts.columns.address,
        cell: ({ address }) => <span className={classes.code}>{address}</span>,
      },
      {
        name: 'account',
        label: texts.columns.account,
        cell: ({ account_id: id, username }) => id !== null && <AccountLink id={id} username={username} />,
      },
      { name: 'limit', label: texts.columns.limit, cell: ({ limit }) => names[limit] ?? limit },
      {
        name: 'refusals',
        label: texts.columns.refusals,
        cell: ({ refusals }) => refusals,
        isNumber: true,
        isWide: true,
      },
      { name: 'until', label: texts.columns.until, isSaid: true, cell: ({ until }) => <Moment at={until} relative /> },
      {
        name: 'lift',
        label: texts.columns.actions,
        isBare: true,
        isNumber: true,
        cell: ({ limit, address, account_id }) =>
          mayLift && (
            <RowAction
              action={texts.lift}
              label={texts.liftOne(names[limit] ?? limit, address)}
              send={async () => {
                await act('POST /admin/limits/lift', {
                  body: { limit: limit as 'login-per-address', address, account_id },
                })
                await queries.invalidateQueries({ queryKey: ['limits'] })
              }}
              done={texts.lifted}
            />
          ),
      },
    ],
    [texts, names, mayLift, queries],
  )
  const inForce = useMemo(
    (): Column<Limit>[] => [
      { name: 'name', label: texts.limitColumns.name, cell: ({ name }) => names[name] ?? name },
      {
        name: 'rate',
        label: texts.limitColumns.rate,
        cell: ({ count, window_seconds: seconds }) =>
          count === null || seconds === null
            ? texts.off
            : texts.rate(count.toLocaleString(region), lengthOf(seconds, region)),
      },
      {
        name: 'setting',
        label: texts.limitColumns.setting,
        cell: ({ setting }) => <span className={classes.code}>{setting}</span>,
        isWide: true,
      },
    ],
    [texts, names, region],
  )
  return (
    <Page title={texts.title} lead={texts.lead} changing="limits.change">
      {limits.isPending && (
        <Panel>
          <Loading lines={8} />
        </Panel>
      )}
      {limits.isError && <Failed error={limits.error} retry={() => void limits.refetch()} />}
      {limits.isSuccess && (
        <>
          <Panel title={texts.heldBack} lead={texts.heldBackLead} isFlush>
            {limits.data.held_back.length === 0 ? (
              <Nothing icon="check" title={texts.nobody} />
            ) : (
              <RecordTable
                label={texts.heldBack}
                rows={limits.data.held_back}
                columns={heldBack}
                idOf={(one) => `${one.limit} ${one.address} ${one.account_id}`}
                nameOf={({ address }) => address}
                linkOf={
                  may('events.view') ? ({ address }) => ({ to: '/admin/events/', search: { address } }) : undefined
                }
              />
            )}
          </Panel>
          <Panel title={texts.inForce} isFlush>
            <RecordTable
              label={texts.inForce}
              rows={limits.data.limits}
              columns={inForce}
              idOf={({ name }) => name}
              nameOf={({ name }) => name}
              linkOf={
                may('superuser')
                  ? ({ setting }) => ({ to: '/admin/settings/', search: { search: setting } })
                  : undefined
              }
            />
          </Panel>
        </>
      )}
    </Page>
  )
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A duration in the largest unit that needs no fraction. */
function lengthOf(seconds: number, region: string): string {
  const [unit, size] = units.find(([, one]) => seconds % one === 0) ?? units[3]
  return new Intl.NumberFormat(region, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size)
}
