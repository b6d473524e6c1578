import type { AuditEvent } from '@latchkey/client'
import { Button, Text } from '@mantine/core'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { ask } from '../api/api.ts'
import { useDocumentTitle } from '../layout/document-title.ts'
import { Empty } from '../layout/empty.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { useMe } from '../session/session-gate.tsx'
import { useDeviceNames } from '../texts/device.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { PageHeading } from './account-layout.tsx'
import classes from './activity-page.module.css'
import { activityTexts } from './activity-texts.ts'
import { Section } from './section.tsx'

const eventsQuery = infiniteQueryOptions({
  queryKey: ['me', 'events'],
  queryFn: ({ signal, pageParam }) =>
    ask('GET /me/events', { signal, query: { limit: 30, ...(pageParam !== null && { before: pageParam }) } }),
  initialPageParam: null as number | null,
  getNextPageParam: (last) => last.next,
})

/** What happened to the account, newest first. */
export function ActivityPage() {
  const texts = useTexts(activityTexts)
  const listed = useInfiniteQuery(eventsQuery)
  const events = listed.data?.pages.flatMap((page) => page.events) ?? []
  useDocumentTitle(texts.title)
  return (
    <>
      <PageHeading title={texts.title} lead={texts.lead} />
      <Section>
        {listed.isPending && <Loading lines={6} />}
        {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
        {listed.isSuccess && events.length === 0 && <Empty icon="history" title={texts.empty} />}
        <ol className={classes.list}>
          {events.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ol>
        {listed.hasNextPage && (
          <Button
            variant="default"
            mt="lg"
            loading={listed.isFetchingNextPage}
            onClick={() => void listed.fetchNextPage()}
          >
            {texts.more}
          </Button>
        )}
      </Section>
    </>
  )
}

function EventRow({ event }: { event: AuditEvent }) {
  const texts = useTexts(activityTexts)
  const me = useMe()
  const { nameOfAgent } = useDeviceNames()
  const { actor } = event
  const isOwn = actor.account_id === me.id || actor.type === 'anonymous'
  const by =
    actor.type === 'server' ? texts.byServer : actor.type === 'service' ? texts.byService : texts.byAdministrator
  const name = Object.hasOwn(texts.events, event.event)
    ? texts.events[event.event as keyof typeof texts.events]
    : event.event
  const isWorrying = event.event === 'login.failed' || event.event === 'refresh.replayed'
  return (
    <li className={classes.row}>
      <span className={classes.mark} data-worrying={isWorrying || undefined} aria-hidden="true" />
      <div className={classes.facts}>
        <Text fw={550}>{name}</Text>
        <Text size="sm" c="dimmed">
          {isOwn ? event.address !== '' && texts.from(event.address, nameOfAgent(event.user_agent)) : by}
        </Text>
      </div>
      <Text size="sm" c="dimmed" component="div" className={classes.time}>
        <Moment at={event.at} relative />
      </Text>
    </li>
  )
}
