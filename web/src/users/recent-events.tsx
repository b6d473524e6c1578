import { useQuery } from '@tanstack/react-query'
import details from '../administration/details.module.css'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { EventName } from '../events/event-words.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { TextLink } from '../look/links.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import type { User } from './user.ts'
import classes from './user-layout.module.css'
import { userTexts } from './user-texts.ts'

/** How many events are enough to see what somebody has trouble with. */
const SHOWN = 5

/** What happened to a user lately, beside the profile. Nothing for administrators who may not see events. */
export function RecentEvents({ user }: { user: User }) {
  const texts = useTexts(userTexts).recent
  const maySee = useMay()('events.view')
  const query = { account_id: user.id, limit: SHOWN }
  const listed = useQuery({
    queryKey: ['users', 'events', query],
    queryFn: ({ signal }) => ask('GET /admin/events', { signal, query }),
    enabled: maySee,
  })
  if (!maySee) return null
  return (
    <Panel title={texts.title}>
      {listed.isPending && <Loading lines={SHOWN} />}
      {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
      {listed.data?.events.length === 0 && texts.empty}
      {listed.data !== undefined && listed.data.events.length > 0 && (
        <>
          <ul className={classes.recent}>
            {listed.data.events.map(({ id, event, at }) => (
              <li key={id}>
                <TextLink to="/admin/events/$id/" params={{ id: String(id) }} inherit>
                  <EventName event={event} />
                </TextLink>
                <span className={`${details.stack} ${details.quiet}`}>
                  <Moment at={at} relative />
                </span>
              </li>
            ))}
          </ul>
          <TextLink to="/admin/users/$id/events/" params={{ id: String(user.id) }} size="sm">
            {texts.all}
          </TextLink>
        </>
      )}
    </Panel>
  )
}
