import type { Account } from '../../accounts/account.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import type { Mail } from '../../mail/mail.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { CodeToMail } from '../../mfa/factor.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { mailRequestClaim } from '../../rate-limits/limits.ts'
import type { Transaction } from '../../storage/prepared.ts'

/** The name of the message with a code. */
export const LOGIN_CODE = 'login-code'

/** Mails codes to owners of accounts. */
export type MailCode = {
  isOn: boolean
  /** @throws AuthError `throttled` if the account has already got too many, `no_mail` without mail */
  prepare(
    account: Account,
    mail: CodeToMail,
    origin: RequestOrigin,
    now: number,
  ): Promise<{ queue(tx: Transaction): Promise<void> }>
  wake(): void
}

export function createMailCode({ outbox, limiter }: { outbox: Outbox; limiter: Limiter }): MailCode {
  return {
    isOn: outbox.isOn,
    async prepare(account, { code, lifetimeMs }, origin, now) {
      if (!outbox.isOn || account.email === '') throw new AuthError('no_mail')
      await limiter.admit(mailRequestClaim(LOGIN_CODE, String(account.id)), {
        address: origin.address,
        accountId: account.id,
      })
      const mail = outbox.prepare(codeMessage(account, { code, lifetimeMs }, now))
      return { queue: (tx) => outbox.queue(tx, mail, now) }
    },
    wake: () => outbox.wake(),
  }
}

/** The message with a code for the owner of an account. */
export function codeMessage(account: Account, { code, lifetimeMs }: CodeToMail, now: number): Mail {
  return {
    kind: LOGIN_CODE,
    to: account.email,
    accountId: account.id,
    locale: account.locale,
    values: { username: account.username, lifetime: { ms: lifetimeMs } },
    links: [],
    code,
    expiresAt: now + lifetimeMs,
  }
}
