import { useDocumentTitle } from '../layout/document-title.ts'
import { useTexts } from '../texts/texts.tsx'
import { PageHeading } from './account-layout.tsx'
import { EmailSection } from './email-section.tsx'
import { FactorsSection } from './factors-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { securityTexts } from './security-texts.ts'

/** The address, the password, and the other ways to prove one's identity. */
export function SecurityPage() {
  const texts = useTexts(securityTexts)
  useDocumentTitle(texts.title)
  return (
    <>
      <PageHeading title={texts.title} lead={texts.lead} />
      <EmailSection />
      <PasswordSection />
      <FactorsSection />
    </>
  )
}
