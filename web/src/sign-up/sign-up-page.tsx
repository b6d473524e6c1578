import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { type ProfileDraft, ProfileFields, profileOf } from '../forms/profile-fields.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { ButtonLink, TextLink } from '../look/links.tsx'
import { signIn } from '../session/session.ts'
import { nextAddress } from '../sign-in/next-path.ts'
import { site } from '../site/site.ts'
import { readersLocale } from '../texts/locale.ts'
import { useTexts } from '../texts/texts.tsx'
import { signUpTexts } from './sign-up-texts.ts'

const needsEmail = site.requires_verified_email || site.login_with === 'email'

/** Makes an account, and signs in to it unless its address has to be confirmed first. */
export function SignUpPage() {
  const texts = useTexts(signUpTexts)
  const { next } = useSearch({ from: '/sign-up' })
  const [confirming, setConfirming] = useState<string>()

  if (site.registration !== 'open') {
    return (
      <SignInLayout title={texts.closed} lead={site.registration === 'invite' ? texts.inviteLead : texts.closedLead}>
        <ToSignIn next={next} />
      </SignInLayout>
    )
  }
  if (confirming !== undefined) {
    return (
      <SignInLayout title={texts.confirmTitle} lead={texts.confirmLead(confirming)}>
        <ToSignIn next={next} />
      </SignInLayout>
    )
  }
  return (
    <SignInLayout
      title={texts.title}
      below={
        <>
          {texts.haveOne}{' '}
          <TextLink to="/sign-in/" search={{ next }} inherit>
            {texts.signIn}
          </TextLink>
        </>
      }
    >
      <SignUpForm next={next} mustConfirm={setConfirming} />
    </SignInLayout>
  )
}

function ToSignIn({ next }: { next: string | undefined }) {
  const texts = useTexts(signUpTexts)
  return (
    <ButtonLink to="/sign-in/" search={{ next }} variant="default" fullWidth>
      {texts.toSignIn}
    </ButtonLink>
  )
}

function SignUpForm({ next, mustConfirm }: { next: string | undefined; mustConfirm(email: string): void }) {
  const texts = useTexts(signUpTexts)
  const words = useFaultWords()
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [draft, setDraft] = useState<ProfileDraft>({})

  const submission = useSubmission({
    check: () => missing({ username, ...(needsEmail && { email }), password }),
    send: async () => {
      const profile = profileOf(draft, { withNulls: false })
      const locale = readersLocale()
      const body = {
        username: username.trim(),
        password,
        ...(email.trim() !== '' && { email: email.trim() }),
        ...(Object.keys(profile).length > 0 && { profile }),
        ...(locale !== undefined && { locale }),
      }
      await ask('POST /register', { body })
      if (site.requires_verified_email) return
      await signIn({ username: site.login_with === 'email' ? email.trim() : username.trim(), password })
    },
    done: async () => {
      if (site.requires_verified_email) return mustConfirm(email.trim())
      location.replace(nextAddress(next))
    },
  })
  return (
    <Form submission={submission} action={texts.action} fullWidth>
      <TextField
        name="username"
        label={texts.username}
        description={texts.usernameHint}
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
      <ProfileFields
        draft={draft}
        onChange={(name, text) => {
          setDraft((all) => ({ ...all, [name]: text }))
          submission.changed(`profile/${name}`)
        }}
        faultsOf={submission.faultsOf}
      />
      <NewPasswordField
        label={texts.password}
        value={password}
        onChange={(text) => {
          setPassword(text)
          submission.changed('password')
        }}
        faults={submission.faultsOf('password')}
        owner={{ username, email }}
      />
    </Form>
  )
}
