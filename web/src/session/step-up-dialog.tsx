import { Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { asProblem } from '../api/problem.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { SignInForm } from '../sign-in/sign-in-form.tsx'
import { useTexts } from '../texts/texts.tsx'
import { meQuery } from './session.ts'
import { useMe } from './session-gate.tsx'
import { useAwaitedLogin } from './step-up.ts'
import { stepUpTexts } from './step-up-texts.ts'

/**
 * Asks for the password again, over the page, before something that a stolen session must not do. Accounts with a second
 * factor sign in with both.
 */
export function StepUpDialog() {
  const texts = useTexts(stepUpTexts)
  const shared = useTexts(dialogTexts)
  const me = useMe()
  const queries = useQueryClient()
  const awaited = useAwaitedLogin()
  const [needsFactor, setNeedsFactor] = useState(false)
  if (awaited === undefined) return null

  async function signedIn(): Promise<void> {
    const now = await queries.fetchQuery({ ...meQuery, staleTime: 0 })
    if (now.id === me.id) awaited?.proven()
    else location.reload()
  }

  return (
    <Dialog title={texts.title} close={awaited.cancelled} size="sm" zIndex={400}>
      <Stack gap="lg">
        <Text c="dimmed">{texts.lead}</Text>
        {needsFactor ? (
          <SignInForm username={me.username} done={() => void signedIn()} />
        ) : (
          <PasswordForm proven={awaited.proven} needFactor={() => setNeedsFactor(true)} />
        )}
        <Button variant="subtle" color="gray" onClick={awaited.cancelled}>
          {shared.cancel}
        </Button>
      </Stack>
    </Dialog>
  )
}

function PasswordForm({ proven, needFactor }: { proven(): void; needFactor(): void }) {
  const texts = useTexts(stepUpTexts)
  const words = useFaultWords()
  const me = useMe()
  const [password, setPassword] = useState('')
  const submission = useSubmission({
    check: () => missing({ password }),
    async send() {
      try {
        await ask('POST /me/step-up', { body: { password } })
        return true
      } catch (error) {
        if (asProblem(error).code === 'second_factor_required') return false
        throw error
      }
    },
    done: (isEnough) => (isEnough ? proven() : needFactor()),
  })
  return (
    <Form submission={submission} action={texts.action} fullWidth>
      {/* For password managers, which look for the name beside the password. */}
      <input type="text" autoComplete="username" value={me.username} readOnly hidden />
      <PasswordField
        label={texts.password}
        value={password}
        onChange={(text) => {
          setPassword(text)
          submission.changed('password')
        }}
        autoComplete="current-password"
        autoFocus
        error={words(submission.faultsOf('password'))}
      />
    </Form>
  )
}
