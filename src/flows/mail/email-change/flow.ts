import { type TObject, type TString, Type } from 'typebox'
import { EMAIL_LIMIT, emailKey, normalizeEmailDomain } from '../../../accounts/names/email-address.ts'
import type { UsernameRule } from '../../../accounts/names/username.ts'
import { recordEvent } from '../../../audit/audit-store.ts'
import { actingAccount } from '../../../audit/origin.ts'
import { AuthError, fieldRefusal } from '../../../errors.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import { TOKEN_PATTERN } from '../../../one-time-tokens/one-time-token.ts'
import type { Clock } from '../../../platform/clock.ts'
import { sha256 } from '../../../platform/digest.ts'
import type { Random } from '../../../platform/random.ts'
import type { Limiter } from '../../../rate-limits/limiter.ts'
import { mailRequestClaim } from '../../../rate-limits/limits.ts'
import type { Database } from '../../../storage/database.ts'
import { unlessTaken } from '../../accounts/names/login-name.ts'
import type { ProvePassword } from '../../accounts/passwords/prove-password.ts'
import { replaceAddress } from '../../accounts/replace-address.ts'
import { type AddressRule, mayConfirm } from '../confirm-address.ts'
import type { EmailFlow } from '../email-flow.ts'
import {
  accountToConfirm,
  boundTo,
  type EmailedFlow,
  keepLinks,
  prepareLinks,
  requireConfirmed,
} from '../emailed-token.ts'
import type { SecurityNotices } from '../security-notices/notices.ts'

const emailed: EmailedFlow = { purpose: 'email-change', lifetimeMs: 3_600_000 }

const askBody = Type.Object({
  email: Type.String({ maxLength: EMAIL_LIMIT, format: 'email', description: 'The new address' }),
  password: Type.String({ format: 'password', description: 'My password, to confirm who I am' }),
})
const confirmBody = Type.Object({ token: Type.String({ pattern: TOKEN_PATTERN, description: 'From the link' }) })

export type EmailChangeParts = {
  settings: AddressRule & { usernameField: string }
  usernameRule: UsernameRule
  database: Database
  clock: Clock
  random: Random
  outbox: Outbox
  notices: SecurityNotices
  provePassword: ProvePassword
  limiter: Pick<Limiter, 'admit'>
}

/**
 * Changes an account's address: with the password, and only after the owner of the new address confirms it. Until then
 * the old address remains, and it is notified of both steps.
 */
export function createEmailChange(parts: EmailChangeParts): EmailFlow<typeof askBody, TObject<{ token: TString }>> {
  const { database, clock, outbox, notices } = parts
  const isAddressName = parts.settings.usernameField === 'email'
  return {
    ...emailed,
    ask: {
      by: 'caller',
      path: '/me/email',
      summary: 'Request a new email address. Latchkey mails a link to the new address that confirms it',
      body: askBody,
      async start({ email, password }, caller, origin) {
        const now = clock.now()
        const account = await parts.provePassword(caller, password, origin)
        const address = normalizeEmailDomain(email)
        const key = emailKey(address)
        if (key === undefined || address === account.email) {
          const fault = key === undefined ? 'invalid_email' : 'unchanged'
          throw fieldRefusal('email', fault)
        }
        // Anyone can type somebody else's address, and an attacker may have created the account just for that.
        const subject = { address: origin.address, accountId: account.id }
        await parts.limiter.admit(mailRequestClaim(emailed.purpose, sha256(key)), subject)
        if (!outbox.isOn) return
        const { username, locale } = account
        const use = { account: boundTo(account), email: address, values: { username } }
        const mail = { to: address, accountId: account.id, locale, values: { username } }
        const prepared = prepareLinks(parts, emailed, [use], mail, now)
        await database.inTransaction(async (tx) => {
          await keepLinks(tx, outbox, prepared, now)
          await recordEvent(tx, now, 'email.change_asked', {
            accountId: account.id,
            origin: actingAccount(account.id, origin),
          })
          await notices.emailChangeAsked(tx, account, address, now)
        })
        outbox.wake()
      },
    },
    confirm: {
      path: '/email-change/confirm',
      summary: 'Confirm the new address and change to it',
      refusals: ['address_taken'],
      body: confirmBody,
      async confirm({ token: presented }, origin) {
        const now = clock.now()
        // The token is not deleted: the change itself invalidates it, and a second click still reports success.
        const outcome = await unlessTaken(() =>
          database.inTransaction(async (tx) => {
            const found = await accountToConfirm(tx, emailed.purpose, presented, now)
            if (found === undefined) return 'done before'
            const { token, account } = found
            // Thrown, so that the link still works after the other account has given the address up.
            if (!(await mayConfirm(tx, account.id, token.email, parts.settings))) throw new AuthError('address_taken')
            const change = { email: token.email, verifiedAt: now, isGuarded: true }
            if ((await replaceAddress(tx, account, change, { ...parts, isAddressName }, now)) === undefined) {
              await requireConfirmed(tx, found)
              return 'done before'
            }
            await recordEvent(tx, now, 'email.changed', {
              accountId: account.id,
              origin: actingAccount(account.id, origin),
            })
            return 'changed'
          }),
        )
        if (outcome === 'taken') throw new AuthError('address_taken')
        if (outcome === 'changed') outbox.wake()
        return undefined
      },
    },
  }
}
