import { useSearch } from '@tanstack/react-router'
import { ask } from '../api/api.ts'
import { useTexts } from '../texts/texts.tsx'
import { MailedLink } from './mailed-link.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

/** Confirms that an address belongs to its owner. */
export function VerifyEmailPage() {
  const texts = useTexts(mailedLinkTexts)
  const { token } = useSearch({ from: '/account/verify-email' })
  return (
    <MailedLink
      token={token}
      words={texts.verify}
      confirm={(presented) => ask('POST /email-verification/confirm', { body: { token: presented } })}
      again="/confirm-email/"
    />
  )
}
