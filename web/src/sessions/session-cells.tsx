import type { AnswerOf } from '@latchkey/client'
import { useCallback } from 'react'
import classes from '../administration/details.module.css'
import { Tag } from '../look/tag.tsx'
import { useDeviceNames } from '../texts/device.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { sessionsTexts } from './sessions-texts.ts'

/** A session as administrators see it. */
export type ListedSession = AnswerOf<'GET /admin/sessions'>['sessions'][number]

/** What holds a session: a device, or a program with a key. */
export function useHolderName(): (session: ListedSession) => string {
  const { withKey } = useTexts(sessionsTexts)
  const { nameOf } = useDeviceNames()
  return useCallback(
    ({ device, is_key: isKey }) => (isKey ? withKey(nameOf(device)) : nameOf(device)),
    [withKey, nameOf],
  )
}

/** Whether a session is running, or when and why it ended. */
export function SessionState({ session }: { session: ListedSession }) {
  const texts = useTexts(sessionsTexts)
  if (session.is_current) return <Tag kind="accent">{texts.current}</Tag>
  if (session.ended_at === null) return <Tag kind="good">{texts.running}</Tag>
  return (
    <>
      <Tag kind={session.end_reason === 'replayed' ? 'bad' : 'plain'}>
        {session.end_reason === null ? texts.states.ended : texts.reasons[session.end_reason]}
      </Tag>{' '}
      <span className={classes.quiet}>
        <Moment at={session.ended_at} relative />
      </span>
    </>
  )
}
