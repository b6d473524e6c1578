import type { Session } from '@latchkey/client'
import { Button, Group, Stack, Text } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { useDocumentTitle } from '../layout/document-title.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { MoreIcon, type MoreIconName } from '../look/more-icon.tsx'
import { Notice, Said } from '../look/notice.tsx'
import { Tag } from '../look/tag.tsx'
import { whenRecent } from '../session/step-up.ts'
import { useDeviceNames } from '../texts/device.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { PageHeading } from './account-layout.tsx'
import { Section } from './section.tsx'
import classes from './sessions-page.module.css'
import { sessionsTexts } from './sessions-texts.ts'

const sessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: ({ signal }) => ask('GET /me/sessions', { signal }),
})

/** Where the owner is signed in, and how to end those sessions. */
export function SessionsPage() {
  const texts = useTexts(sessionsTexts)
  const words = useProblemWords()
  const queries = useQueryClient()
  const listed = useQuery(sessionsQuery)
  const dialog = useAddressDialog((listed.data?.sessions.length ?? 0) > 1 ? ['end-others'] : [])
  const [ended, setEnded] = useState<number>()
  useDocumentTitle(texts.title)

  const reload = () => queries.invalidateQueries({ queryKey: ['me'] })
  const end = useMutation({
    mutationFn: (id: string) => whenRecent(() => ask('DELETE /me/sessions/:id', { params: { id } })),
    onMutate: () => setEnded(undefined),
    onSuccess: () => setEnded(1),
    onSettled: reload,
  })

  return (
    <>
      <PageHeading title={texts.title} lead={texts.lead} />
      <Stack gap="md">
        {end.isError && <Notice kind="problem">{words(asProblem(end.error))}</Notice>}
        <Said>{!end.isError && ended !== undefined && texts.ended(ended)}</Said>
        <Section>
          {listed.isPending && <Loading lines={5} />}
          {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
          {listed.data && (
            <ul className={classes.list}>
              {[...listed.data.sessions].sort(currentFirst).map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  isEnding={end.isPending && end.variables === session.id}
                  end={() => end.mutate(session.id)}
                />
              ))}
            </ul>
          )}
        </Section>
        {listed.data && listed.data.sessions.length > 1 && (
          <Group>
            <Button variant="default" onClick={() => dialog.open('end-others')}>
              {texts.endOthers}
            </Button>
          </Group>
        )}
      </Stack>
      {dialog.shown && (
        <ConfirmDialog
          title={texts.endOthersTitle}
          lead={texts.endOthersLead}
          action={texts.confirm}
          isDangerous
          close={dialog.close}
          send={() => whenRecent(() => ask('POST /me/sessions/end-others'))}
          done={(answer) => {
            end.reset()
            setEnded(answer.ended)
            return reload()
          }}
        />
      )}
    </>
  )
}

function SessionRow({ session, isEnding, end }: { session: Session; isEnding: boolean; end(): void }) {
  const texts = useTexts(sessionsTexts)
  const device = useDeviceNames().nameOf(session.device)
  return (
    <li className={classes.row}>
      <span className={classes.picture}>
        <MoreIcon name={iconOf(device)} />
      </span>
      <div className={classes.facts}>
        <Group gap="xs">
          <Text fw={600}>{device}</Text>
          {session.is_current && <Tag kind="accent">{texts.current}</Tag>}
          {session.is_key && <Tag kind="plain">{texts.key}</Tag>}
        </Group>
        <Text size="sm" c="dimmed">
          <span className={classes.fact}>{texts.from(session.address)} ·</span>{' '}
          <span className={classes.fact}>
            {texts.lastSeen} <Moment at={session.last_seen_at} relative /> ·
          </span>{' '}
          <span className={classes.fact}>
            {texts.since} <Moment at={session.created_at} />
          </span>
        </Text>
      </div>
      {!session.is_current && (
        <Button variant="default" size="sm" loading={isEnding} onClick={end} aria-label={texts.endThis(device)}>
          {texts.end}
        </Button>
      )}
    </li>
  )
}

function currentFirst(a: Session, b: Session): number {
  return Number(b.is_current) - Number(a.is_current) || b.last_seen_at.localeCompare(a.last_seen_at)
}

function iconOf(device: string): MoreIconName {
  if (/iphone|android|phone|ipad|tablet/i.test(device)) return 'phone'
  return /curl|python|node|http|wget|okhttp|go-/i.test(device) ? 'terminal' : 'desktop'
}
