import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import classes from '../administration/details.module.css'
import type { Fact } from '../administration/facts.tsx'
import { useMay } from '../administration/permissions.ts'
import { RecordPage } from '../administration/record-page.tsx'
import { ask } from '../api/api.ts'
import { TextLink } from '../look/links.tsx'
import { useDeviceNames } from '../texts/device.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { AccountLink, Actor, type NamedEvent, useEventName, useFacts } from './event-words.tsx'
import { eventsTexts } from './events-texts.ts'

/** One event of the audit log, with everything that is stored about it. */
export function EventPage() {
  const texts = useTexts(eventsTexts)
  const { nameOfAgent } = useDeviceNames()
  const nameOf = useEventName()
  const factsOf = useFacts()
  const may = useMay()
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const event = useQuery({
    queryKey: ['events', 'one', id],
    queryFn: ({ signal }) => ask('GET /admin/events/:id', { signal, params: { id } }),
  })
  const own = (one: NamedEvent): Fact[] => factsOf(one.facts, 'with_ids').map(({ name, words }) => [name, words])
  return (
    <RecordPage
      title={texts.one}
      back={{ to: '/admin/events/', name: texts.title }}
      record={event}
      titleOf={(one) => nameOf(one.event)}
      factsOf={(one) => [
        [texts.columns.at, <Moment key="at" at={one.at} full />],
        [
          texts.columns.account,
          one.account_id !== null && <AccountLink key="account" id={one.account_id} username={one.username} />,
        ],
        [texts.columns.actor, <Actor key="actor" event={one} />],
        ...own(one),
        [
          texts.columns.where,
          one.address !== '' && (
            <span key="where">
              <span className={classes.code}>{one.address}</span>{' '}
              <span className={classes.quiet}>
                <TextLink to="/admin/events/" search={{ address: one.address }} inherit>
                  {texts.sameAddress}
                </TextLink>
              </span>
            </span>
          ),
        ],
        [texts.device, nameOfAgent(one.user_agent)],
        [
          texts.userAgent,
          <span key="agent" className={classes.quiet}>
            {one.user_agent}
          </span>,
        ],
        [
          texts.session,
          one.session_id !== null &&
            (may('sessions.view') ? (
              <TextLink key="session" to="/admin/sessions/$id/" params={{ id: one.session_id }} inherit>
                <span className={classes.code}>{one.session_id}</span>
              </TextLink>
            ) : (
              <span className={classes.code}>{one.session_id}</span>
            )),
        ],
        [
          texts.name,
          <span key="name" className={classes.code}>
            {one.event}
          </span>,
        ],
        [texts.number, String(one.id)],
      ]}
    />
  )
}
