import { type TObject, type TString, Type } from 'typebox'
import { isActive } from '../../../accounts/account.ts'
import { verifyEmail } from '../../../accounts/account-email-store.ts'
import { recordEvent } from '../../../audit/audit-store.ts'
import { actingAccount } from '../../../audit/origin.ts'
import { TOKEN_PATTERN } from '../../../one-time-tokens/one-time-token.ts'
import { consumeOneTimeToken } from '../../../one-time-tokens/one-time-token-store.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../storage/database.ts'
import type { EmailFlow } from '../email-flow.ts'
import { accountOfToken, notValid } from '../emailed-token.ts'

/** Names the flow whose mail registration sends. */
export const EMAIL_VERIFICATION = 'email-verification'

const body = Type.Object({ token: Type.String({ pattern: TOKEN_PATTERN, description: 'From the link' }) })

/** Confirms that an account's address belongs to its owner. */
export function createEmailVerification({
  database,
  clock,
}: {
  database: Database
  clock: Clock
}): EmailFlow<TObject, TObject<{ token: TString }>> {
  return {
    purpose: EMAIL_VERIFICATION,
    lifetimeMs: 24 * 3_600_000,
    ask: {
      by: 'address',
      path: '/email-verification',
      summary: 'Request the mail that confirms an address (again)',
      isFor: (account) => isActive(account) && account.emailVerifiedAt === undefined,
    },
    confirm: {
      path: '/email-verification/confirm',
      summary: 'Confirm an address',
      body,
      async confirm({ token }, origin) {
        const now = clock.now()
        const { account } = await accountOfToken(database.read, EMAIL_VERIFICATION, token, now)
        const isVerified = await database.inTransaction(async (tx) => {
          if ((await consumeOneTimeToken(tx, EMAIL_VERIFICATION, token, now)) === undefined) return false
          if (!(await verifyEmail(tx, account, now))) return false
          await recordEvent(tx, now, 'email.verified', {
            accountId: account.id,
            origin: actingAccount(account.id, origin),
          })
          return true
        })
        if (!isVerified) throw notValid('used at the same moment')
        return undefined
      },
    },
    page: { path: '/account/verify-email' },
  }
}
