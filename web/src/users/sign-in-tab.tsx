import { FactorsSection } from './factors-section.tsx'
import { LinksPanel } from './links-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { useUser } from './user.ts'

/** How a user signs in. */
export function SignInTab() {
  const user = useUser()
  return (
    <>
      <PasswordPanel user={user} />
      <FactorsSection user={user} />
      <LinksPanel user={user} />
    </>
  )
}
