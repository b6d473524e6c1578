import { Anchor, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Dialog } from '../dialogs/dialog.tsx'
import { SignInForm } from '../sign-in/sign-in-form.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { endReasonTexts, isEndReason } from './end-reason-texts.ts'
import { type Me, meQuery } from './session.ts'
import { sessionOverTexts } from './session-over-texts.ts'

/** The sign-in dialog over a page whose session has ended. The page then continues where it was, with its lists reloaded. */
export function SessionOverDialog({ reason, me }: { reason: string; me: Me }) {
  const texts = useTexts(sessionOverTexts)
  const reasons = useTexts(endReasonTexts)
  const queries = useQueryClient()

  async function done(): Promise<void> {
    const now = await queries.fetchQuery({ ...meQuery, staleTime: 0 })
    // What is on the page belongs to the account that was signed in.
    if (now.id === me.id) await queries.invalidateQueries()
    else location.reload()
  }

  return (
    <Dialog title={texts.title} size="sm">
      <Stack gap="lg">
        <Text c="dimmed">
          {isEndReason(reason) ? reasons[reason] : texts.generic} {texts.kept}
        </Text>
        <SignInForm username={me.username} done={() => void done()} />
        <Anchor href={addressOf('/signed-out/')} size="sm" ta="center">
          {texts.leave}
        </Anchor>
      </Stack>
    </Dialog>
  )
}
