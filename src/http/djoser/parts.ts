import type { ChangeUser } from '../../flows/accounts/change-user.ts'
import type { DeleteAccount } from '../../flows/accounts/delete-account.ts'
import type { ListUsers } from '../../flows/accounts/list-users.ts'
import type { ChangeName } from '../../flows/accounts/names/change-name.ts'
import type { LoginNames } from '../../flows/accounts/names/login-name.ts'
import type { OwnAccount } from '../../flows/accounts/own-account.ts'
import type { ChangePassword } from '../../flows/accounts/passwords/change-password.ts'
import type { ProvePassword } from '../../flows/accounts/passwords/prove-password.ts'
import type { Register } from '../../flows/accounts/sign-up/register.ts'
import type { FrontendLinks } from '../../flows/mail/frontend-links/frontend-links.ts'
import type { SecondFactor } from '../../flows/mfa/second-factor.ts'
import type { LoginForKey } from '../../flows/tokens/login.ts'
import type { SessionKeys } from '../../flows/tokens/session-keys.ts'
import type { DjoserSettings } from './settings.ts'
import type { UserFieldSettings } from './user-fields.ts'

/** The flows behind djoser's paths: those of the other contracts. */
export type DjoserFlows = {
  register: Register
  listUsers: ListUsers
  changeUser: ChangeUser
  changeName: ChangeName
  changePassword: ChangePassword
  deleteAccount: DeleteAccount
  ownAccount: OwnAccount
  provePassword: ProvePassword
  loginNames: LoginNames
  frontendLinks: FrontendLinks
  loginForKey: LoginForKey
  sessionKeys: SessionKeys
  secondFactor: Pick<SecondFactor, 'completeForKey'>
}

/** What djoser's views are made of. */
export type DjoserParts = {
  flows: DjoserFlows
  settings: DjoserSettings &
    UserFieldSettings & { isOn: boolean; trimPasswords: boolean; isStrict: boolean; requireVerifiedEmail: boolean }
}
