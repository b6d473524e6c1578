import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { Notice } from '../look/notice.tsx'
import { signIn } from '../session/sign-in.ts'
import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { firstAdministratorTexts } from './first-administrator-texts.ts'

/** Creates the first administrator, with the link from the server's log, and signs in to that account. */
export function FirstAdministratorPage() {
  const texts = useTexts(firstAdministratorTexts)
  const { token } = useSearch({ from: '/first-administrator' })
  if (token === undefined) return <SignInLayout title={texts.incomplete} lead={texts.incompleteLead} />
  return (
    <SignInLayout title={texts.title} lead={texts.lead}>
      <FirstAdministratorForm token={token} />
    </SignInLayout>
  )
}

function FirstAdministratorForm({ token }: { token: string }) {
  const texts = useTexts(firstAdministratorTexts)
  const words = useFaultWords()
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const needsEmail = !site.login_with.includes('username')
  const submission = useSubmission({
    check: () => missing({ username, ...(needsEmail && { email }), password }),
    send: async () => {
      const body = { token, username: username.trim(), email: email.trim(), password }
      await ask('POST /first-administrator', { body })
      await signIn({ username: needsEmail ? email.trim() : username.trim(), password })
    },
    done: () => location.replace(addressOf('/admin/')),
  })
  if (submission.problem?.code === 'one_time_token_not_valid') return <Notice kind="problem">{texts.used}</Notice>
  return (
    <Form submission={submission} action={texts.action} fullWidth>
      <TextField
        name="username"
        label={texts.username}
        value={username}
        onChange={(text) => {
          setUsername(text)
          submission.changed('username')
        }}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        error={words(submission.faultsOf('username'))}
      />
      <TextField
        name="email"
        type="email"
        label={texts.email}
        isOptional={!needsEmail}
        value={email}
        onChange={(text) => {
          setEmail(text)
          submission.changed('email')
        }}
        autoComplete="email"
        error={words(submission.faultsOf('email'))}
      />
      <NewPasswordField
        label={texts.password}
        value={password}
        change={setPassword}
        submission={submission}
        owner={{ username, email }}
      />
    </Form>
  )
}
