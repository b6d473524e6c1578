import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { missing } from '../forms/submission.ts'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { MailedLink } from './mailed-link.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

/** Sets a new password with a link from an email. */
export function ResetPasswordPage() {
  const texts = useTexts(mailedLinkTexts)
  const { token } = useSearch({ from: '/account/reset-password' })
  const [password, setPassword] = useState('')
  return (
    <MailedLink
      token={token}
      words={texts.reset}
      check={() => missing({ password })}
      confirm={(presented) => ask('POST /password-reset/confirm', { body: { token: presented, password } })}
      again="/forgot-password/"
    >
      {(submission) => (
        <>
          {/* Password managers store the new password under it. */}
          <input type="text" name="username" autoComplete="username" value={site.link?.login ?? ''} readOnly hidden />
          <NewPasswordField label={texts.newPassword} value={password} change={setPassword} submission={submission} />
        </>
      )}
    </MailedLink>
  )
}
