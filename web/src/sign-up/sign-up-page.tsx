import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { ProfileFields } from '../forms/profile-fields.tsx'
import { type ProfileDraft, profileOf } from '../forms/profile-values.ts'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { ButtonLink, TextLink } from '../look/links.tsx'
import { signIn } from '../session/sign-in.ts'
import { nextAddress } from '../sign-in/next-path.ts'
import { type LoginKind, site } from '../site/site.ts'
import { readersLocale } from '../texts/locale.ts'
import { useTexts } from '../texts/texts.tsx'
import { signUpTexts } from './sign-up-texts.ts'

/** The fields that an account of this site must have, because its owner signs in with them. */
const needed = {
  username: site.login_with.includes('username'),
  email: site.requires_verified_email || site.login_with.join() === 'email',
  phone: site.login_with.join() === 'phone',
}

/** The part of the input that the owner signs in with. */
function identifierOf(typed: Record<LoginKind, string>): string {
  const kind = site.login_with.find((one) => typed[one].trim() !== '') ?? 'username'
  return typed[kind].trim()
}

/** Creates an account, and signs in to it unless its address has to be confirmed first. */
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
  const [phone, setPhone] = useState('')
  const [password, setPassword] = useState('')
  const [draft, setDraft] = useState<ProfileDraft>({})

  const submission = useSubmission({
    check: () =>
      missing({
        ...(needed.username && { username }),
        ...(needed.email && { email }),
        ...(needed.phone && { phone_number: phone }),
        password,
      }),
    send: async () => {
      const profile = profileOf(draft, { withNulls: false })
      const locale = readersLocale()
      const body = {
        ...(needed.username && { username: username.trim() }),
        password,
        ...(email.trim() !== '' && { email: email.trim() }),
        ...(phone.trim() !== '' && { phone_number: phone.trim() }),
        ...(Object.keys(profile).length > 0 && { profile }),
        ...(locale !== undefined && { locale }),
      }
      await ask('POST /register', { body })
      if (site.requires_verified_email) return
      await signIn({ username: identifierOf({ username, email, phone }), password })
    },
    done: async () => {
      if (site.requires_verified_email) return mustConfirm(email.trim())
      location.replace(nextAddress(next))
    },
  })
  return (
    <Form submission={submission} action={texts.action} fullWidth>
      {needed.username && (
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
      )}
      <TextField
        name="email"
        type="email"
        label={texts.email}
        isOptional={!needed.email}
        value={email}
        onChange={(text) => {
          setEmail(text)
          submission.changed('email')
        }}
        autoComplete="email"
        error={words(submission.faultsOf('email'))}
      />
      {site.login_with.includes('phone') && (
        <TextField
          name="phone_number"
          type="tel"
          label={texts.phone}
          isOptional={!needed.phone}
          value={phone}
          onChange={(text) => {
            setPhone(text)
            submission.changed('phone_number')
          }}
          autoComplete="tel"
          error={words(submission.faultsOf('phone_number'))}
        />
      )}
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
        change={setPassword}
        submission={submission}
        owner={{ username, email }}
      />
    </Form>
  )
}
