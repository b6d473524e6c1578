import type { ChangeAccount } from '../../flows/accounts/change-account.ts'
import { type ChangeUser, createChangeUser } from '../../flows/accounts/change-user.ts'
import { createListUsers, type ListUsers } from '../../flows/accounts/list-users.ts'
import { type ChangeName, createChangeName } from '../../flows/accounts/names/change-name.ts'
import { createLoginNames, type LoginNames } from '../../flows/accounts/names/login-name.ts'
import type { MailedFlow } from '../../flows/mail/email-flow.ts'
import { createFrontendLinks, type FrontendLinks } from '../../flows/mail/frontend-links/frontend-links.ts'
import { createLinkFlows } from '../../flows/mail/frontend-links/link-flows.ts'
import type { AskForMail } from '../../flows/mail/mail-requests.ts'
import type { Rights } from '../../flows/rights/account-rights.ts'
import type { CheckRecentLogin } from '../../flows/sessions/check-recent-login.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { type AppParts, type Core, configuredPhoneRule, type Mailing } from '../parts.ts'

/** The operations that only djoser's dialect and the views of Django projects offer. */
type DialectFlows = {
  loginNames: LoginNames
  /** Empty unless DJOSER is on. */
  linkFlows: readonly MailedFlow[]
  frontendLinks: FrontendLinks
  listUsers: ListUsers
  changeUser: ChangeUser
  changeName: ChangeName
}

type DialectCore = Pick<Core, 'database' | 'passwords' | 'checkNewPassword' | 'usernameRule' | 'hooks'> & Mailing

type DialectFlowParts = {
  limiter: Limiter
  askForMail: AskForMail
  rights: Rights
  changeAccount: ChangeAccount
  checkRecentLogin: CheckRecentLogin
}

/** Builds these flows. */
export function buildDialectFlows(
  { config, clock }: Pick<AppParts, 'config' | 'clock'>,
  { database, passwords, checkNewPassword, usernameRule, hooks, outbox, notices }: DialectCore,
  { limiter, askForMail, rights, changeAccount, checkRecentLogin }: DialectFlowParts,
): DialectFlows {
  const { accounts, djoser, sessions } = config
  const { isStrict } = config.tokens
  const loginNames = createLoginNames({
    database,
    usernameRule,
    phoneRule: configuredPhoneRule(config),
    notices,
    settings: { usernameField: accounts.usernameField, isStrict },
  })
  const linkFlows = createLinkFlows({
    protocol: djoser.frontendProtocol,
    domain: djoser.frontendDomain,
    siteName: djoser.frontendSiteName,
    lifetimeMs: djoser.linkLifetimeMs,
    paths: {
      activation: djoser.activationUrl,
      'frontend-password-reset': djoser.passwordResetConfirmUrl,
      'username-reset': djoser.usernameResetConfirmUrl,
    },
    isExact: !isStrict,
  })
  const frontendLinks = createFrontendLinks({
    database,
    clock,
    passwords,
    checkNewPassword,
    loginNames,
    outbox,
    hooks,
    notices,
    askForMail,
    flows: linkFlows,
    settings: { isStrict, loginWith: accounts.loginWith, revokeOnPasswordChange: sessions.revokeOnPasswordChange },
  })
  return {
    loginNames,
    linkFlows,
    frontendLinks,
    listUsers: createListUsers({
      database,
      rights,
      usernameRule,
      settings: { hidesUsers: djoser.hideUsers, isStrict },
    }),
    changeUser: createChangeUser({
      database,
      changeAccount,
      checkRecentLogin,
      frontendLinks,
      settings: { isStrict, sendsActivationEmail: djoser.isOn && djoser.sendsActivationEmail },
    }),
    changeName: createChangeName({ database, clock, passwords, limiter, checkRecentLogin, outbox, loginNames }),
  }
}
