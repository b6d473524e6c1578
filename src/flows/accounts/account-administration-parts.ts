import type { ProfileRule } from '../../accounts/profile.ts'
import type { UsernameRule } from '../../accounts/username.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import type { Rights } from '../rights/account-rights.ts'
import type { CheckRecentLogin } from '../sessions/check-recent-login.ts'

/** What all that administrators do to accounts is made of. */
export type AccountAdministrationParts = {
  database: Database
  clock: Clock
  passwords: Pick<PasswordCheck, 'hash'>
  checkNewPassword: NewPasswordCheck
  usernameRule: UsernameRule
  profileRule: ProfileRule
  rights: Rights
  notices: Pick<SecurityNotices, 'passwordChanged' | 'emailChanged'>
  outbox: Outbox
  /** Who grants rights must have logged in not long ago. */
  checkRecentLogin: CheckRecentLogin
}
