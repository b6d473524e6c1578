import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import classes from '../administration/details.module.css'
import { useMay } from '../administration/permissions.ts'
import { RecordPage } from '../administration/record-page.tsx'
import { Problem } from '../api/problem.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { DestroyKey } from './destroy-key.tsx'
import { type Key, keyKinds, keysQuery } from './keys.ts'
import { keysTexts } from './keys-texts.ts'

/** One signing key: its state, its history, and how to destroy it. */
export function KeyPage() {
  const texts = useTexts(keysTexts)
  const mayChange = useMay()('keys.change')
  const { kid = '' } = useParams({ strict: false }) as { kid?: string }
  const dialog = useAddressDialog(mayChange ? ['destroy'] : [])
  const key = useQuery({ ...keysQuery, select: (keys) => find(keys, kid) })
  const moment = (at: string | null) => at !== null && <Moment at={at} full />
  return (
    <>
      <RecordPage
        title={texts.one}
        changing="keys.change"
        back={{ to: '/admin/keys/', name: texts.title }}
        record={key}
        titleOf={() => texts.one}
        factsOf={(one) => [
          [
            texts.columns.kid,
            <span key="kid" className={classes.code}>
              {one.kid}
            </span>,
          ],
          [
            texts.columns.state,
            <span key="state">
              <Tag kind={keyKinds[one.state]}>{texts.states[one.state]}</Tag>{' '}
              <span className={classes.quiet}>{texts.meanings[one.state]}</span>
            </span>,
          ],
          [texts.algorithm, one.algorithm],
          [texts.columns.created, moment(one.created_at)],
          [texts.columns.used, moment(one.activated_at)],
          [texts.superseded, moment(one.superseded_at)],
          [texts.retires, one.retired_at === null && moment(one.retires_at)],
          [texts.retiredAt, moment(one.retired_at)],
        ]}
        actionsOf={({ state }) =>
          mayChange &&
          state !== 'retired' && (
            <Button size="sm" variant="light" color="red" onClick={() => dialog.open('destroy')}>
              {texts.retireAction}
            </Button>
          )
        }
      />
      {dialog.shown === 'destroy' && key.data !== undefined && key.data.state !== 'retired' && (
        <DestroyKey kid={kid} close={dialog.close} />
      )}
    </>
  )
}

function find(keys: readonly Key[], kid: string): Key {
  const found = keys.find((key) => key.kid === kid)
  if (found === undefined) throw new Problem({ status: 404, code: 'not_found' })
  return found
}
