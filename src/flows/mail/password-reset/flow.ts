import { type TObject, type TString, Type } from 'typebox'
import { type Account, isActive } from '../../../accounts/account.ts'
import { findAccount } from '../../../accounts/account-store.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import { refuseFaults } from '../../../errors.ts'
import { hookAccount, hookRequest } from '../../../hooks/hook-account.ts'
import type { HookRunner } from '../../../hooks/hook-runner.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import { TOKEN_PATTERN } from '../../../one-time-tokens/one-time-token.ts'
import { consumeOneTimeToken } from '../../../one-time-tokens/one-time-token-store.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import { isPasswordUnusable } from '../../../passwords/password-store.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../storage/database.ts'
import { newPasswordFaults } from '../../accounts/field-faults.ts'
import { replacePassword } from '../../accounts/passwords/replace-password.ts'
import { type AddressRule, confirmAddress } from '../confirm-address.ts'
import type { EmailFlow } from '../email-flow.ts'
import { accountOfToken, notValid } from '../emailed-token.ts'
import type { SecurityNotices } from '../security-notices/notices.ts'
import { rememberUse, unlessRepeated } from '../used-link.ts'

const PURPOSE = 'password-reset'

const body = Type.Object({
  token: Type.String({ pattern: TOKEN_PATTERN, description: 'From the link' }),
  password: Type.String({ minLength: 1, format: 'password', description: 'The new password' }),
})

export type PasswordResetParts = {
  database: Database
  clock: Clock
  passwords: PasswordCheck
  checkNewPassword: NewPasswordCheck
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  settings: AddressRule
}

/**
 * Sets a new password for whoever can read the account's mail, and ends all its sessions. It logs nobody in, and an
 * inactive account stays inactive. The request alone changes nothing.
 */
export function createPasswordReset({
  database,
  clock,
  passwords,
  checkNewPassword,
  outbox,
  hooks,
  notices,
  settings,
}: PasswordResetParts): EmailFlow<TObject, TObject<{ token: TString; password: TString }>> {
  async function reset(
    { token, password }: { token: string; password: string },
    origin: RequestOrigin,
    now: number,
  ): Promise<Account> {
    const { account } = await accountOfToken(database.read, PURPOSE, token, now)
    refuseFaults(await newPasswordFaults(checkNewPassword, password, account))
    const event = { account: hookAccount(account), by: 'reset', request: hookRequest(origin) } as const
    await hooks.ask('beforePasswordChange', event)
    const hash = await passwords.hash(password)
    const changed = await database.inTransaction(async (tx) => {
      const used = await consumeOneTimeToken(tx, PURPOSE, token, now)
      if (used === undefined) return undefined
      const change = { account, hash, by: 'reset', ends: 'all' } as const
      const recipient = { kind: 'recipient', accountId: account.id, origin } as const
      if (!(await replacePassword(tx, change, recipient, notices, now))) return undefined
      const current = await findAccount(tx, account.id)
      // Anyone who can use the link can read the mail of this address. If the address belongs to another account, the
      // reset is still valid.
      if (current !== undefined) await confirmAddress(tx, current, settings, origin, now)
      const confirmed = await findAccount(tx, account.id)
      if (confirmed !== undefined) await rememberUse(tx, used, confirmed)
      return confirmed
    })
    if (changed === undefined) throw notValid('used at the same moment, or the account was changed')
    outbox.wake()
    return changed
  }

  return {
    purpose: PURPOSE,
    lifetimeMs: 30 * 60_000,
    ask: {
      by: 'address',
      path: '/password-reset',
      summary: 'Request an email with a link to set a new password',
      isFor: isActive,
      mayAsk: async (db, { id }) => !(await isPasswordUnusable(db, id)),
    },
    confirm: {
      path: '/password-reset/confirm',
      summary: 'Set a new password and end all sessions of the account',
      refusals: ['hook_refused', 'overloaded'],
      body,
      async confirm({ token, password }, origin) {
        const now = clock.now()
        const form = { purpose: PURPOSE, token, password }
        await unlessRepeated({ database, passwords }, form, now, () => reset(form, origin, now))
        return undefined
      },
    },
  }
}
