import { Stack } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { ProfileFields } from '../forms/profile-fields.tsx'
import { type ProfileDraft, profileOf } from '../forms/profile-values.ts'
import { missing } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { MailedLink } from './mailed-link.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

/** Creates the account that somebody was invited to create. */
export function AcceptInvitationPage() {
  const texts = useTexts(mailedLinkTexts)
  const words = useFaultWords()
  const { locale } = useLanguage()
  const { token } = useSearch({ from: '/account/accept-invitation' })
  const [typed, setTyped] = useState({ username: '', first_name: '', last_name: '' })
  const [password, setPassword] = useState('')
  const [draft, setDraft] = useState<ProfileDraft>({})

  function accept(presented: string): Promise<unknown> {
    const profile = profileOf(draft, { withNulls: false })
    const body = {
      token: presented,
      password,
      ...typed,
      username: typed.username.trim(),
      ...(Object.keys(profile).length > 0 && { profile }),
      // The account's pages and emails stay in the language of this page.
      locale,
    }
    return ask('POST /invitations/accept', { body })
  }

  return (
    <MailedLink
      token={token}
      words={texts.invitation}
      check={() => missing({ username: typed.username, password })}
      confirm={accept}
    >
      {(submission) => {
        const text = (name: keyof typeof typed) => ({
          name,
          value: typed[name],
          onChange: (value: string) => {
            setTyped((all) => ({ ...all, [name]: value }))
            submission.changed(name)
          },
          error: words(submission.faultsOf(name)),
        })
        return (
          <>
            <TextField
              {...text('username')}
              label={texts.invitation.username}
              description={texts.invitation.usernameHint}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
            />
            <Stack gap="md">
              <TextField
                {...text('first_name')}
                label={texts.invitation.firstName}
                autoComplete="given-name"
                isOptional
              />
              <TextField
                {...text('last_name')}
                label={texts.invitation.lastName}
                autoComplete="family-name"
                isOptional
              />
            </Stack>
            <ProfileFields
              draft={draft}
              onChange={(name, value) => {
                setDraft((all) => ({ ...all, [name]: value }))
                submission.changed(`profile/${name}`)
              }}
              faultsOf={submission.faultsOf}
            />
            <NewPasswordField
              label={texts.invitation.password}
              value={password}
              change={setPassword}
              submission={submission}
              owner={typed}
            />
          </>
        )
      }}
    </MailedLink>
  )
}
