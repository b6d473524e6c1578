import { useSearch } from '@tanstack/react-router'
import { ask } from '../api/api.ts'
import { useTexts } from '../texts/texts.tsx'
import { MailedLink } from './mailed-link.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

/** Makes the address that the link was sent to the account's address. */
export function ChangeEmailPage() {
  const texts = useTexts(mailedLinkTexts)
  const { token } = useSearch({ from: '/account/confirm-email-change' })
  return (
    <MailedLink
      token={token}
      words={texts.change}
      confirm={(presented) => ask('POST /email-change/confirm', { body: { token: presented } })}
    />
  )
}
