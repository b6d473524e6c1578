import type { UsernameRule } from '../../accounts/names/username.ts'
import { createProfileRule, type ProfileRule } from '../../accounts/profile/profile.ts'
import { type AccountAdministration, createAccountAdministration } from '../../flows/accounts/account-administration.ts'
import { type ChangeAccount, createChangeAccount } from '../../flows/accounts/change-account.ts'
import { type CreateAccount, createCreateAccount } from '../../flows/accounts/create-account.ts'
import { createDeleteAccount, type DeleteAccount } from '../../flows/accounts/delete-account.ts'
import { createDeriveUsername, type DeriveUsername } from '../../flows/accounts/names/derive-username.ts'
import { createAccountPasswords } from '../../flows/accounts/passwords/account-password.ts'
import { type ApplyToBatch, createApplyToBatch } from '../../flows/bulk/apply-to-batch.ts'
import { createRights, type Rights } from '../../flows/rights/account-rights.ts'
import { createGroupAdministration, type GroupAdministration } from '../../flows/rights/groups.ts'
import { type CheckRecentLogin, createCheckRecentLogin } from '../../flows/sessions/check-recent-login.ts'
import { createEndSessions, type EndSessions } from '../../flows/sessions/end-sessions.ts'
import {
  createGetSession,
  createListSessions,
  type GetSession,
  type ListSessions,
} from '../../flows/sessions/list-sessions.ts'
import type { NewPasswordCheck } from '../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import { postPermissions } from '../../posts/permissions.ts'
import type { Database } from '../../storage/database.ts'
import { type AppParts, configuredPhoneRule, type Mailing } from '../parts.ts'

type AccountFlowParts = {
  database: Database
  passwords: PasswordCheck
  checkNewPassword: NewPasswordCheck
  usernameRule: UsernameRule
  mailing: Mailing
}

/** Operations on accounts, their rights and their sessions. The server and the command line share them. */
export type AccountFlows = {
  profileRule: ProfileRule
  rights: Rights
  checkRecentLogin: CheckRecentLogin
  deriveUsername: DeriveUsername
  createAccount: CreateAccount
  changeAccount: ChangeAccount
  deleteAccount: DeleteAccount
  applyToBatch: ApplyToBatch
  accountAdministration: AccountAdministration
  groupAdministration: GroupAdministration
  endSessions: EndSessions
  listSessions: ListSessions
  getSession: GetSession
}

/** Builds the flows for accounts. */
export function buildAccountFlows({ config, clock, random }: AppParts, parts: AccountFlowParts): AccountFlows {
  const { database, passwords, checkNewPassword, usernameRule, mailing } = parts
  const { outbox, notices } = mailing
  const phoneRule = configuredPhoneRule(config)
  const deriveUsername = createDeriveUsername({ database, usernameRule, phoneRule, random })
  const profileRule = createProfileRule(config.accounts.profileSchema)
  const rights = createRights({ database, others: config.posts.sampleResources ? postPermissions : [] })
  const checkRecentLogin = createCheckRecentLogin({ database, clock, settings: config.sessions })
  const createAccount = createCreateAccount({
    database,
    clock,
    passwords,
    random,
    usernameRule,
    phoneRule,
    settings: config.accounts,
  })
  const changeAccount = createChangeAccount({
    database,
    clock,
    usernameRule,
    phoneRule,
    profileRule,
    notices,
    outbox,
    checkRecentLogin,
    isAddressName: config.accounts.usernameField === 'email',
    settings: config.accounts,
  })
  const applyToBatch = createApplyToBatch({ database, clock, outbox })
  const deleteAccount = createDeleteAccount({ database, clock, applyToBatch })
  return {
    profileRule,
    rights,
    checkRecentLogin,
    deriveUsername,
    createAccount,
    changeAccount,
    deleteAccount,
    applyToBatch,
    accountAdministration: createAccountAdministration({
      database,
      checkNewPassword,
      hashPolicy: config.passwords,
      usernameRule,
      phoneRule,
      deriveUsername,
      profileRule,
      rights,
      checkRecentLogin,
      createAccount,
      changeAccount,
      deleteAccount,
      passwords: createAccountPasswords({
        database,
        clock,
        passwords,
        checkNewPassword,
        notices,
        outbox,
        applyToBatch,
      }),
    }),
    groupAdministration: createGroupAdministration({ database, clock }),
    endSessions: createEndSessions({ database, clock }),
    listSessions: createListSessions({ database, clock, settings: config.sessions }),
    getSession: createGetSession({ database, clock, settings: config.sessions }),
  }
}
