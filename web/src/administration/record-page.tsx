import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failed, Loading } from '../layout/states.tsx'
import type { RowLink } from '../lists/record-table.tsx'
import classes from './details.module.css'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'

type Props<Record> = {
  /** The title until the record has arrived. */
  title: string
  /** The list that it belongs to. */
  back: { to: RowLink['to']; name: string }
  record: UseQueryResult<Record>
  titleOf(record: Record): string
  factsOf(record: Record): readonly Fact[]
  actionsOf?(record: Record): ReactNode
}

/** A fact of a record: its name and its value. Without a value, the fact is left out. */
export type Fact = readonly [name: string, value: ReactNode]

/** One record of a read-only list: everything known about it, fact by fact. */
export function RecordPage<Record>({ title, back, record, titleOf, factsOf, actionsOf }: Props<Record>) {
  const { data } = record
  return (
    <Page title={data === undefined ? title : titleOf(data)} back={back} actions={data && actionsOf?.(data)}>
      <Panel>
        {record.isPending && <Loading lines={6} />}
        {record.isError && <Failed error={record.error} retry={() => void record.refetch()} />}
        {data !== undefined && (
          <dl className={classes.facts}>
            {factsOf(data)
              .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
              .map(([name, value]) => (
                <div key={name} className={classes.fact}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
          </dl>
        )}
      </Panel>
    </Page>
  )
}
