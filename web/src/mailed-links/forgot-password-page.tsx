import { useTexts } from '../texts/texts.tsx'
import { AskForMail } from './ask-for-mail.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

/** Requests a link to choose a new password. */
export function ForgotPasswordPage() {
  const { title, lead, action, sentLead } = useTexts(mailedLinkTexts).forgotten
  return <AskForMail route="POST /password-reset" title={title} lead={lead} action={action} sentLead={sentLead} />
}
