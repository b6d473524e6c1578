import { Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Dialog } from '../dialogs/dialog.tsx'
import { SignInForm } from '../sign-in/sign-in-form.tsx'
import { useTexts } from '../texts/texts.tsx'
import { meQuery } from './session.ts'
import { useMe } from './session-gate.tsx'
import { useAwaitedLogin } from './step-up.ts'
import { stepUpTexts } from './step-up-texts.ts'

/** Asks who signed in a while ago to do so again, over the page, before something that a stolen session must not do. */
export function StepUpDialog() {
  const texts = useTexts(stepUpTexts)
  const me = useMe()
  const queries = useQueryClient()
  const awaited = useAwaitedLogin()
  if (awaited === undefined) return null

  async function done(): Promise<void> {
    const now = await queries.fetchQuery({ ...meQuery, staleTime: 0 })
    if (now.id === me.id) awaited?.signedIn()
    else location.reload()
  }

  return (
    <Dialog title={texts.title} close={awaited.cancelled} size="sm" zIndex={400}>
      <Stack gap="lg">
        <Text c="dimmed">{texts.lead}</Text>
        <SignInForm username={me.username} done={() => void done()} />
        <Button variant="subtle" color="gray" onClick={awaited.cancelled}>
          {texts.cancel}
        </Button>
      </Stack>
    </Dialog>
  )
}
