import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failed, Loading } from '../layout/states.tsx'
import type { RowLink } from '../lists/record-table.tsx'
import { type Fact, Facts } from './facts.tsx'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'
import type { Needed } from './permissions.ts'

type Props<Record> = {
  /** The title until the record has arrived. */
  title: string
  /** The list that it belongs to. */
  back: { to: RowLink['to']; name: string }
  record: UseQueryResult<Record>
  titleOf(record: Record): string
  factsOf(record: Record): readonly Fact[]
  actionsOf?(record: Record): ReactNode
  /** What an account needs to change the record. */
  changing?: Needed
}

/** One record of a read-only list: everything known about it, fact by fact. */
export function RecordPage<Record>({ title, back, record, titleOf, factsOf, actionsOf, changing }: Props<Record>) {
  const { data } = record
  return (
    <Page
      title={data === undefined ? title : titleOf(data)}
      back={back}
      actions={data && actionsOf?.(data)}
      changing={changing}
    >
      <Panel>
        {record.isPending && <Loading lines={6} />}
        {record.isError && <Failed error={record.error} retry={() => void record.refetch()} />}
        {data !== undefined && <Facts facts={factsOf(data)} />}
      </Panel>
    </Page>
  )
}
