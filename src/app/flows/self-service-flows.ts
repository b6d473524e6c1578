import { createListAccountLinks } from '../../flows/accounts/list-account-links.ts'
import { createOwnAccount } from '../../flows/accounts/own-account.ts'
import { createChangePassword } from '../../flows/accounts/passwords/change-password.ts'
import type { ProvePassword } from '../../flows/accounts/passwords/prove-password.ts'
import { createFirstAdministrator } from '../../flows/accounts/sign-up/first-administrator.ts'
import { createRegister } from '../../flows/accounts/sign-up/register.ts'
import { createSignUp } from '../../flows/accounts/sign-up/sign-up.ts'
import { createDescribeLink } from '../../flows/mail/describe-link.ts'
import { createEmailFlows } from '../../flows/mail/email-flows.ts'
import { createAskForMail } from '../../flows/mail/mail-requests.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { type AppParts, type Core, configuredPhoneRule } from '../parts.ts'
import type { AccountFlows } from './account-flows.ts'
import { buildDialectFlows } from './dialect-flows.ts'

type SelfServiceParts = { limiter: Limiter; provePassword: ProvePassword } & Pick<
  AccountFlows,
  'profileRule' | 'rights' | 'deriveUsername' | 'createAccount' | 'changeAccount' | 'deleteAccount' | 'checkRecentLogin'
>

/** Builds what people do for themselves: sign up, follow mailed links, and change or leave their account. */
export function buildSelfServiceFlows(
  { config, clock, random }: AppParts,
  { database, passwords, checkNewPassword, usernameRule, hooks, mailing: { outbox, notices } }: Core,
  accountFlows: SelfServiceParts,
) {
  const { limiter, provePassword, profileRule, rights, deriveUsername, checkRecentLogin } = accountFlows
  const { createAccount, changeAccount, deleteAccount } = accountFlows
  const { accounts, sessions } = config
  const phoneRule = configuredPhoneRule(config)
  const emailFlows = createEmailFlows({
    database,
    clock,
    random,
    passwords,
    checkNewPassword,
    usernameRule,
    phoneRule,
    profileRule,
    createAccount,
    provePassword,
    limiter,
    outbox,
    hooks,
    notices,
    settings: accounts,
  })
  const askForMail = createAskForMail({ database, clock, outbox, limiter })
  const dialectFlows = buildDialectFlows(
    { config, clock },
    { database, passwords, checkNewPassword, usernameRule, hooks, outbox, notices },
    { limiter, askForMail, rights, changeAccount, checkRecentLogin },
  )
  const register = createRegister({
    database,
    clock,
    createAccount,
    checkNewPassword,
    usernameRule,
    phoneRule,
    outbox,
    hooks,
    notices,
    frontendLinks: dialectFlows.frontendLinks,
    limiter,
    checkRecentLogin,
    settings: accounts,
  })
  return {
    register,
    signUp: createSignUp({
      database,
      usernameRule,
      phoneRule,
      deriveUsername,
      checkNewPassword,
      profileRule,
      register,
      settings: accounts,
    }),
    firstAdministrator: createFirstAdministrator({
      database,
      clock,
      random,
      createAccount,
      passwords,
      checkNewPassword,
      usernameRule,
      phoneRule,
    }),
    emailFlows,
    askForMail,
    dialectFlows,
    describeLink: createDescribeLink({
      database,
      clock,
      loginWith: accounts.loginWith,
      mailLanguage: config.mail.language,
    }),
    ownAccount: createOwnAccount({ database, changeAccount, deleteAccount, provePassword }),
    changePassword: createChangePassword({
      database,
      clock,
      passwords,
      checkNewPassword,
      limiter,
      checkRecentLogin,
      outbox,
      hooks,
      notices,
      settings: sessions,
    }),
    listAccountLinks: createListAccountLinks({ database, clock }),
  }
}
