import type { Account, NewAccount } from '../../../accounts/account.ts'
import { type AccountFieldFault, emailFaults, phoneFaults, usernameFaults } from '../../../accounts/account-fields.ts'
import { findAccountByUsername } from '../../../accounts/account-store.ts'
import { emailKey, normalizeEmailDomain } from '../../../accounts/names/email-address.ts'
import type { LoginKind } from '../../../accounts/names/login-kind.ts'
import { type PhoneRule, phoneKey } from '../../../accounts/names/phone-number.ts'
import { isAllowedUsername, normalizeUsername, type UsernameRule } from '../../../accounts/names/username.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import { AuthError } from '../../../errors.ts'
import { hookAccount, hookRegistrant, hookRequest } from '../../../hooks/hook-account.ts'
import type { HookRunner } from '../../../hooks/hook-runner.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { Clock } from '../../../platform/clock.ts'
import { sha256 } from '../../../platform/digest.ts'
import type { Limiter } from '../../../rate-limits/limiter.ts'
import { mailRequestClaim } from '../../../rate-limits/limits.ts'
import type { Database } from '../../../storage/database.ts'
import { EMAIL_VERIFICATION } from '../../mail/email-verification/flow.ts'
import { isMailable } from '../../mail/emailed-token.ts'
import type { FrontendLinks } from '../../mail/frontend-links/frontend-links.ts'
import { REQUEST_DELAY_MS, requestMailFor } from '../../mail/mail-requests.ts'
import type { SecurityNotices } from '../../mail/security-notices/notices.ts'
import type { Administrator } from '../../rights/actor.ts'
import type { CheckRecentLogin } from '../../sessions/check-recent-login.ts'
import type { CreateAccount } from '../create-account.ts'
import { addressNameFaults, isNumberTaken } from '../names/login-name.ts'
import { isPhoneTaken, isUsernameTaken } from '../names/name-taken.ts'

/** What users provide when they register. */
export type Registration = Omit<NewAccount, 'isStaff' | 'isSuperuser'> & {
  password: string
  /** Whether to confirm the address. Default: only if logging in may depend on it. */
  isToConfirmEmail?: boolean
  /** Whether the account is inactive until its owner opens a mailed link. Default: false. */
  needsActivation?: boolean
  /** Whether to mail the owner that the account is ready. Default: false. */
  isToBeWelcomed?: boolean
}

/** `email_required`, `phone_number_required`: without it, nobody could ever log in. */
export type RegistrationOutcome =
  | { kind: 'registered'; account: Account }
  | { kind: 'username_taken' }
  | { kind: 'phone_number_taken' }
  | { kind: 'email_required' }
  | { kind: 'phone_number_required' }

export type Register = {
  /**
   * The faults of an address that will be the username of a new account.
   *
   * @param isNormalizing whether its domain will be stored in lower case: then that form must be free too
   */
  checkAddressName(address: string, isNormalizing: boolean): Promise<AccountFieldFault[]>
  /**
   * The faults of a username for a new account, including a taken one.
   *
   * @param isNormalizing whether the name will be stored in NFKC: then that form must be free too
   */
  checkUsername(username: string, isNormalizing: boolean): Promise<AccountFieldFault[]>
  checkEmail(email: string): AccountFieldFault[]
  /** The faults of a phone number that people log in with; none if they do not. */
  checkPhoneNumber(phoneNumber: string): Promise<AccountFieldFault[]>
  /** The username if the phone number names accounts: the number in E.164. */
  nameOfPhone(phoneNumber: string): string
  checkPassword: NewPasswordCheck
  /** @throws AuthError `registration_closed` */
  checkOpen(): void
  /**
   * Creates the account. Its fields and password must have been checked. Whether the name is free is decided here: if
   * several requests want it at once, one gets it. Queues the email that confirms the address.
   *
   * @param maker who creates it for somebody else, whether registration is open or not. Default: a stranger registers
   * @throws AuthError `registration_closed`, `overloaded`; the refusal of the hook `beforeRegistration`; for a maker
   *   `permission_denied`, `second_factor_required`
   */
  register(registration: Registration, origin: RequestOrigin, maker?: Administrator): Promise<RegistrationOutcome>
}

type RegisterParts = {
  database: Database
  clock: Clock
  createAccount: CreateAccount
  checkNewPassword: NewPasswordCheck
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  outbox: Outbox
  hooks: HookRunner
  notices: Pick<SecurityNotices, 'welcome'>
  frontendLinks: Pick<FrontendLinks, 'awaitActivation'>
  limiter: Pick<Limiter, 'admit'>
  checkRecentLogin: CheckRecentLogin
  settings: {
    registration: 'open' | 'invite' | 'closed'
    requireVerifiedEmail: boolean
    loginWith: readonly LoginKind[]
  }
}

export function createRegister(parts: RegisterParts): Register {
  const { database, clock, createAccount, usernameRule, phoneRule, outbox, hooks, limiter, notices, settings } = parts
  const { checkRecentLogin } = parts
  const { requireVerifiedEmail, loginWith } = settings
  const usesEmail = requireVerifiedEmail || loginWith.includes('email')

  async function isTaken(username: string, isNormalizing: boolean): Promise<boolean> {
    const isStoredNormalized = isNormalizing && isAllowedUsername(username, usernameRule)
    const forms = new Set(isStoredNormalized ? [username, normalizeUsername(username)] : [username])
    for (const form of forms) if (await isUsernameTaken(database.read, form, parts)) return true
    return false
  }

  /**
   * Anyone can type somebody else's address. If the address has already received its share of this email, the account is
   * created without mail, so that nobody can keep the owner of the address from registering; the owner may ask for the
   * mail later.
   *
   * @throws AuthError `throttled` if nobody could use the account without the email
   */
  async function wasMailedEnough(
    email: string,
    isActivationNeeded: boolean | undefined,
    { address }: RequestOrigin,
  ): Promise<boolean> {
    const key = emailKey(email)
    if (key === undefined || !outbox.isOn) return false
    try {
      await limiter.admit(mailRequestClaim(EMAIL_VERIFICATION, sha256(key)), { address })
      return false
    } catch (error) {
      if (error instanceof AuthError && error.code === 'throttled' && !isActivationNeeded) return true
      throw error
    }
  }

  function checkOpen(): void {
    if (settings.registration !== 'open') throw new AuthError('registration_closed')
  }

  /** The login name that is required and missing. */
  function findMissing(fields: Pick<NewAccount, 'email' | 'phoneNumber'>): RegistrationOutcome | undefined {
    const hasEmail = isMailable(fields)
    if (requireVerifiedEmail && !hasEmail) return { kind: 'email_required' }
    const hasPhone = phoneKey(fields.phoneNumber, phoneRule.region) !== undefined
    const given = { username: true, email: hasEmail, phone: hasPhone }
    if (loginWith.some((kind) => given[kind])) return undefined
    return { kind: loginWith.includes('email') ? 'email_required' : 'phone_number_required' }
  }

  return {
    checkOpen,
    checkUsername: async (username, isNormalizing) =>
      usernameFaults(username, usernameRule, await isTaken(username, isNormalizing)),
    async checkAddressName(address, isNormalizing) {
      const forms = new Set(isNormalizing ? [address, normalizeEmailDomain(address)] : [address])
      let isFound = false
      for (const form of forms)
        isFound ||= (await findAccountByUsername(database.read, form, usernameRule)) !== undefined
      return addressNameFaults(address, isFound)
    },
    checkEmail: emailFaults,
    checkPhoneNumber: async (phoneNumber) =>
      phoneRule.isLoginName
        ? phoneFaults(phoneNumber, phoneRule, await isPhoneTaken(database.read, phoneNumber, phoneRule))
        : [],
    nameOfPhone: (phoneNumber) => phoneKey(phoneNumber, phoneRule.region) ?? phoneNumber,
    checkPassword: parts.checkNewPassword,
    async register(
      { password, isToConfirmEmail = usesEmail, needsActivation, isToBeWelcomed, ...fields },
      origin,
      maker,
    ) {
      if (maker === undefined) checkOpen()
      else await checkRecentLogin(maker.caller, 'has_factor')
      const missing = findMissing(fields)
      if (missing !== undefined) return missing
      const request = hookRequest(origin)
      await hooks.ask('beforeRegistration', { account: hookRegistrant(fields), by: 'registration', request })
      const now = clock.now()
      const wanted = { ...fields, password, isStaff: false, isSuperuser: false, isEmailVerified: false }
      const needsMail = isToConfirmEmail || needsActivation || isToBeWelcomed
      const isMailed = needsMail && !(await wasMailedEnough(fields.email, needsActivation, origin))
      const stranger = { kind: 'stranger', origin } as const
      const account = await createAccount(wanted, maker ?? stranger, async (tx, created) => {
        if (needsActivation) await parts.frontendLinks.awaitActivation(tx, created, maker ?? stranger, now)
        else if (isToBeWelcomed && isMailed) await notices.welcome(tx, created, now)
        if (isToConfirmEmail && isMailed && !needsActivation)
          await requestMailFor(tx, outbox, EMAIL_VERIFICATION, created, now)
      }).catch((error: unknown) => {
        if (isNumberTaken(error)) return 'phone_number_taken' as const
        throw error
      })
      if (account === 'phone_number_taken') return { kind: 'phone_number_taken' }
      if (account === undefined) return { kind: 'username_taken' }
      if (isMailed && (isToConfirmEmail || needsActivation)) outbox.wake(REQUEST_DELAY_MS)
      if (isToBeWelcomed && isMailed) outbox.wake()
      await hooks.tell('afterRegistration', { account: hookAccount(account), request })
      return { kind: 'registered', account }
    },
  }
}
