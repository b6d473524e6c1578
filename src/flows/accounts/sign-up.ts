import type { Account } from '../../accounts/account.ts'
import { normalizeEmailDomain } from '../../accounts/email-address.ts'
import type { Locale } from '../../accounts/locale.ts'
import type { Profile, ProfileRule } from '../../accounts/profile.ts'
import { normalizeUsername, type UsernameRule } from '../../accounts/username.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { fieldRefusal, refuseFaults } from '../../errors.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { Database } from '../../storage/database.ts'
import { memberFaults, newAccountFaults } from './field-faults.ts'
import type { Register } from './register.ts'

/** What users provide when they register over v1. */
type SignUpData = {
  username: string
  email: string
  password: string
  firstName: string
  lastName: string
  phoneNumber: string
  profile: Profile
  locale: Locale | undefined
}

/**
 * Registers a user by v1's rules, and mails a link that confirms the address. An address may belong to any number of
 * accounts, so nobody can see whether it is already known.
 *
 * @throws AuthError `invalid_fields`, `registration_closed`, `overloaded`
 */
export type SignUp = (data: SignUpData, origin: RequestOrigin) => Promise<Account>

type SignUpParts = {
  database: Database
  usernameRule: UsernameRule
  checkNewPassword: NewPasswordCheck
  profileRule: ProfileRule
  register: Register
}

export function createSignUp(parts: SignUpParts): SignUp {
  const { profileRule, register } = parts
  return async ({ password, profile, ...typed }, origin) => {
    register.checkOpen()
    const account = {
      ...typed,
      username: normalizeUsername(typed.username),
      email: normalizeEmailDomain(typed.email),
    }
    const change = profileRule.change({}, profile)
    const faults = [
      ...(await newAccountFaults(parts, account, password)),
      ...(change.kind === 'refused' ? memberFaults(change.faults) : []),
    ]
    refuseFaults(faults)
    const members = change.kind === 'changed' ? change.profile : {}
    const registration = { ...account, password, profile: members, isToConfirmEmail: true }
    const outcome = await register.register(registration, origin)
    switch (outcome.kind) {
      case 'registered':
        return outcome.account
      case 'username_taken':
        throw fieldRefusal('username', 'username_taken')
      case 'email_required':
        throw fieldRefusal('email', 'required')
    }
  }
}
