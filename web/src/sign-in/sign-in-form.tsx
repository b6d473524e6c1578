import { Stack } from '@mantine/core'
import { useState } from 'react'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { TextLink } from '../look/links.tsx'
import { signIn } from '../session/session.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { signInTexts } from './sign-in-texts.ts'

/** Name and password. Also used where a session ended while somebody was at work. */
export function SignInForm({ done, username: given = '' }: { done(): void; username?: string }) {
  const texts = useTexts(signInTexts)
  const words = useFaultWords()
  const [username, setUsername] = useState(given)
  const [password, setPassword] = useState('')
  const submission = useSubmission({
    check: () => missing({ username, password }),
    send: () => signIn({ username: username.trim(), password }),
    done,
  })
  return (
    <Form submission={submission} action={texts.action} fullWidth>
      {submission.problem?.code === 'email_not_verified' && (
        <TextLink to="/confirm-email/" size="sm">
          {texts.sendAgain}
        </TextLink>
      )}
      <TextField
        name="username"
        label={texts.identifier(site.login_with)}
        value={username}
        onChange={(text) => {
          setUsername(text)
          submission.changed('username')
        }}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={given === ''}
        error={words(submission.faultsOf('username'))}
      />
      <Stack gap={6}>
        <PasswordField
          label={texts.password}
          value={password}
          onChange={(text) => {
            setPassword(text)
            submission.changed('password')
          }}
          autoComplete="current-password"
          autoFocus={given !== ''}
          error={words(submission.faultsOf('password'))}
        />
        {site.sends_mail && (
          <TextLink to="/forgot-password/" size="sm" style={{ alignSelf: 'flex-start' }}>
            {texts.forgotten}
          </TextLink>
        )}
      </Stack>
    </Form>
  )
}
