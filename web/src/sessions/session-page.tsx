import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { useMay } from '../administration/permissions.ts'
import { RecordPage } from '../administration/record-page.tsx'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { AccountLink } from '../events/event-words.tsx'
import { factTexts } from '../events/fact-texts.ts'
import { TextLink } from '../look/links.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { SessionState, useHolderName } from './session-cells.tsx'
import { sessionsTexts } from './sessions-texts.ts'

/** One session: whose it is, where it began, and whether it is still running. */
export function SessionPage() {
  const texts = useTexts(sessionsTexts)
  const { values } = useTexts(factTexts)
  const ways: Readonly<Record<string, string>> = values
  const may = useMay()
  const holderName = useHolderName()
  const queries = useQueryClient()
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const session = useQuery({
    queryKey: ['sessions', 'one', id],
    queryFn: ({ signal }) => ask('GET /admin/sessions/:id', { signal, params: { id } }),
  })
  return (
    <RecordPage
      title={texts.one}
      changing="sessions.delete"
      back={{ to: '/admin/sessions/', name: texts.title }}
      record={session}
      titleOf={holderName}
      factsOf={(one) => [
        [texts.columns.account, <AccountLink key="account" id={one.account_id} username={one.username} />],
        [texts.columns.state, <SessionState key="state" session={one} />],
        [
          texts.columns.address,
          <span key="address">
            <span className={classes.code}>{one.address}</span>{' '}
            <span className={classes.quiet}>
              <TextLink to="/admin/sessions/" search={{ address: one.address, state: 'all' }} inherit>
                {texts.sameAddress}
              </TextLink>
            </span>
          </span>,
        ],
        [texts.columns.started, <Moment key="started" at={one.created_at} full />],
        [texts.columns.seen, <Moment key="seen" at={one.last_seen_at} full />],
        [texts.ends, one.ended_at === null && <Moment key="ends" at={one.expires_at} full />],
        [texts.endedAt, one.ended_at !== null && <Moment key="ended" at={one.ended_at} full />],
        [texts.provenBy, one.amr.map((way) => ways[way] ?? way).join(', ')],
        [
          texts.number,
          <span key="id" className={classes.code}>
            {one.id}
          </span>,
        ],
      ]}
      actionsOf={(one) =>
        may('sessions.delete') &&
        one.ended_at === null &&
        !one.is_current && (
          <RowAction
            place="head"
            action={texts.endThis}
            label={texts.endThis}
            send={async () => {
              await act('DELETE /admin/sessions/:id', { params: { id } })
              await queries.invalidateQueries({ queryKey: ['sessions'] })
            }}
            done={texts.ended}
          />
        )
      }
    />
  )
}
