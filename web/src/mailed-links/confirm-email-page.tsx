import { useTexts } from '../texts/texts.tsx'
import { AskForMail } from './ask-for-mail.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

/** Requests another email to confirm an address. */
export function ConfirmEmailPage() {
  const { title, lead, action, sentLead } = useTexts(mailedLinkTexts).confirm
  return <AskForMail route="POST /email-verification" title={title} lead={lead} action={action} sentLead={sentLead} />
}
