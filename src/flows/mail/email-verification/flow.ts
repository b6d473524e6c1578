import { type TObject, type TString, Type } from 'typebox'
import { isActive } from '../../../accounts/account.ts'
import { AuthError } from '../../../errors.ts'
import { TOKEN_PATTERN } from '../../../one-time-tokens/one-time-token.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../storage/database.ts'
import { type AddressRule, confirmAddress } from '../confirm-address.ts'
import type { EmailFlow } from '../email-flow.ts'
import { accountToConfirm, requireConfirmed } from '../emailed-token.ts'

/** Names the flow whose mail registration sends. */
export const EMAIL_VERIFICATION = 'email-verification'

const body = Type.Object({ token: Type.String({ pattern: TOKEN_PATTERN, description: 'From the link' }) })

/** Confirms that an account's address belongs to its owner. */
export function createEmailVerification({
  database,
  clock,
  settings,
}: {
  database: Database
  clock: Clock
  settings: AddressRule
}): EmailFlow<TObject, TObject<{ token: TString }>> {
  return {
    purpose: EMAIL_VERIFICATION,
    lifetimeMs: 24 * 3_600_000,
    ask: {
      by: 'address',
      path: '/email-verification',
      summary: 'Request an email with a link that confirms an address',
      isFor: (account) => isActive(account) && account.emailVerifiedAt === undefined,
    },
    confirm: {
      path: '/email-verification/confirm',
      summary: 'Confirm an address',
      refusals: ['address_taken'],
      body,
      async confirm({ token: presented }, origin) {
        const now = clock.now()
        await database.inTransaction(async (tx) => {
          const found = await accountToConfirm(tx, EMAIL_VERIFICATION, presented, now)
          if (found === undefined) return
          const outcome = await confirmAddress(tx, found.account, settings, origin, now)
          if (outcome === 'taken') throw new AuthError('address_taken')
          if (outcome === 'unchanged') await requireConfirmed(tx, found)
        })
        return undefined
      },
    },
  }
}
