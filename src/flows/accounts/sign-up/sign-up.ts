import type { Account } from '../../../accounts/account.ts'
import type { Locale } from '../../../accounts/locale.ts'
import { normalizeEmailDomain } from '../../../accounts/names/email-address.ts'
import type { LoginKind } from '../../../accounts/names/login-kind.ts'
import type { PhoneRule } from '../../../accounts/names/phone-number.ts'
import { normalizeUsername, type UsernameRule } from '../../../accounts/names/username.ts'
import type { Profile, ProfileRule } from '../../../accounts/profile/profile.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import { fieldRefusal, refuseFaults } from '../../../errors.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { Database } from '../../../storage/database.ts'
import { memberFaults, newAccountFaults, withoutTakenName } from '../field-faults.ts'
import type { DeriveUsername } from '../names/derive-username.ts'
import type { Register, RegistrationOutcome } from './register.ts'

/** What users provide when they register over v1. */
type SignUpData = {
  /** Undefined: derived from the address or the name, unless people log in with it. */
  username: string | undefined
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
  phoneRule: PhoneRule
  deriveUsername: DeriveUsername
  checkNewPassword: NewPasswordCheck
  profileRule: ProfileRule
  register: Register
  settings: { loginWith: readonly LoginKind[] }
}

export function createSignUp(parts: SignUpParts): SignUp {
  const { profileRule, register, deriveUsername, settings } = parts

  async function signUp(
    { password, profile, username, ...typed }: SignUpData,
    chosen: string,
    origin: RequestOrigin,
  ): Promise<RegistrationOutcome> {
    const account = { ...typed, username: normalizeUsername(chosen), email: normalizeEmailDomain(typed.email) }
    const change = profileRule.change({}, profile)
    const found = [
      ...(await newAccountFaults(parts, account, password)),
      ...(change.kind === 'refused' ? memberFaults(change.faults) : []),
    ]
    const faults = username === undefined ? withoutTakenName(found) : found
    // Another request was faster, with a name that nobody has chosen.
    if (faults.length === 0 && found.length > 0) return { kind: 'username_taken' }
    const isNeeded = username === undefined && settings.loginWith.includes('username')
    refuseFaults(isNeeded ? [{ field: 'username', fault: 'required' }, ...faults] : faults)
    const members = change.kind === 'changed' ? change.profile : {}
    return register.register({ ...account, password, profile: members, isToConfirmEmail: true }, origin)
  }

  return async (data, origin) => {
    register.checkOpen()
    for (;;) {
      const username = data.username ?? (await deriveUsername(data))
      const outcome = await signUp(data, username, origin)
      switch (outcome.kind) {
        case 'registered':
          return outcome.account
        case 'username_taken':
          // The next derived name is free again.
          if (data.username === undefined) continue
          throw fieldRefusal('username', 'username_taken')
        case 'phone_number_taken':
          throw fieldRefusal('phone_number', 'phone_number_taken')
        case 'email_required':
          throw fieldRefusal('email', 'required')
        case 'phone_number_required':
          throw fieldRefusal('phone_number', 'required')
      }
    }
  }
}
