import { Button, Stack } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { Loading } from '../layout/states.tsx'
import { TextLink } from '../look/links.tsx'
import type { SecondFactorChallenge } from '../session/session.ts'
import { signIn } from '../session/sign-in.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { signInTexts } from './sign-in-texts.ts'

// Most people sign in without it, so it is loaded only when needed.
const SecondFactorForm = lazy(async () => ({
  default: (await import('../factors/second-factor-form.tsx')).SecondFactorForm,
}))

const OtherWays = lazy(async () => ({ default: (await import('../factors/other-ways.tsx')).OtherWays }))

/** Takes the room of the other ways until they arrive, so that nothing moves. */
const room = [site.has_passkeys, site.has_login_by_mail]
  .filter(Boolean)
  .map((_, way) => <Button key={String(way)} style={{ visibility: 'hidden' }} />)

type Props = {
  done(): void
  username?: string | undefined
  /** Called when the form asks for the second factor, and when it starts over. */
  stepped?(isSecondStep: boolean): void
}

/** Name and password. Also used when a session ends while somebody is working. */
export function SignInForm({ done, username: given = '', stepped }: Props) {
  const texts = useTexts(signInTexts)
  const words = useFaultWords()
  const [username, setUsername] = useState(given)
  const [password, setPassword] = useState('')
  const [challenge, setChallenge] = useState<SecondFactorChallenge>()
  const submission = useSubmission({
    check: () => missing({ username, password }),
    send: () => signIn({ username: username.trim(), password }),
    done: (needed) => (needed === undefined ? done() : step(needed)),
  })
  function step(needed: SecondFactorChallenge | undefined): void {
    setChallenge(needed)
    stepped?.(needed !== undefined)
  }

  if (challenge !== undefined) {
    return (
      <Suspense fallback={<Loading lines={4} />}>
        <SecondFactorForm challenge={challenge} done={done} restart={() => step(undefined)} />
      </Suspense>
    )
  }
  return (
    <Form
      submission={submission}
      action={texts.action}
      fullWidth
      after={
        (site.has_passkeys || site.has_login_by_mail) && (
          <Suspense fallback={room}>
            <OtherWays done={done} />
          </Suspense>
        )
      }
    >
      {submission.problem?.code === 'email_not_verified' && (
        <TextLink to="/confirm-email/" size="sm">
          {texts.sendAgain}
        </TextLink>
      )}
      <TextField
        name="username"
        label={site.login_with.map((kind) => texts.identifier[kind]).join(' / ')}
        value={username}
        onChange={(text) => {
          setUsername(text)
          submission.changed('username')
        }}
        autoComplete={site.has_passkeys ? 'username webauthn' : 'username'}
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
          <TextLink
            to="/forgot-password/"
            state={{ identifier: username.trim() }}
            size="sm"
            style={{ alignSelf: 'flex-start' }}
          >
            {texts.forgotten}
          </TextLink>
        )}
      </Stack>
    </Form>
  )
}
