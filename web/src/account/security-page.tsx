import { useDocumentTitle } from '../layout/document-title.ts'
import { useTexts } from '../texts/texts.tsx'
import { PageHeading } from './account-layout.tsx'
import { EmailSection } from './email-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { securityTexts } from './security-texts.ts'

/** The address and the password. Second factors will have their section here. */
export function SecurityPage() {
  const texts = useTexts(securityTexts)
  useDocumentTitle(texts.title)
  return (
    <>
      <PageHeading title={texts.title} lead={texts.lead} />
      <EmailSection />
      <PasswordSection />
    </>
  )
}
