import type { Account } from '../../../accounts/account.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import type { MessageValues } from '../../../mail/mail.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import { hasRecentMail } from '../../../mail/outbox-store.ts'
import type { FactorType } from '../../../mfa/factor.ts'
import { deviceName } from '../../../sessions/device-name.ts'
import type { Transaction } from '../../../storage/prepared.ts'
import { isMailable } from '../emailed-token.ts'

/** Notices that can be turned off. */
type NoticeKind =
  | 'password-changed'
  | 'email-changed'
  | 'new-device'
  | 'sessions-ended'
  | 'factor-added'
  | 'factor-removed'
  | 'recovery-code-used'
  | 'username-changed'
  | 'welcome'

/** How long a notice is worth sending. */
const WORTH_SENDING_MS = 3 * 86_400_000

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * How many notices of one kind an account receives, per hour and per day, so that somebody who keeps causing them fills
 * neither a mailbox nor the outbox. Fewer if the address is unconfirmed, because it may belong to a stranger whose
 * mailbox somebody wants to flood.
 */
const MOST = {
  confirmed: [
    { limit: 10, withinMs: HOUR_MS },
    { limit: 30, withinMs: DAY_MS },
  ],
  unconfirmed: [
    { limit: 3, withinMs: HOUR_MS },
    { limit: 5, withinMs: DAY_MS },
  ],
} as const

/**
 * Notifies users by email of changes to their accounts, so that they notice changes that they did not make. Each notice
 * is queued in the transaction of the change. Nothing is queued for accounts without an address, or beyond a few per
 * hour.
 */
export type SecurityNotices = {
  passwordChanged(tx: Transaction, account: Account, now: number): Promise<void>
  /** Notifies the current address that another one is about to replace it. */
  emailChangeAsked(tx: Transaction, account: Account, newEmail: string, now: number): Promise<void>
  /** @param account as it was, with the old address, which receives the notice */
  emailChanged(tx: Transaction, account: Account, newEmail: string, now: number): Promise<void>
  /** @param account with its new name */
  usernameChanged(tx: Transaction, account: Account, now: number): Promise<void>
  /** Tells the owner of a new account that it is ready. */
  welcome(tx: Transaction, account: Account, now: number): Promise<void>
  /** Whether logins must record their device, because `newDevice` is sent. */
  areDevicesNoted: boolean
  /** Reports a login from a device that is new to the account. */
  newDevice(tx: Transaction, account: Account, origin: RequestOrigin, now: number): Promise<void>
  factorAdded(tx: Transaction, account: Account, type: FactorType, now: number): Promise<void>
  factorRemoved(tx: Transaction, account: Account, type: FactorType, now: number): Promise<void>
  recoveryCodeUsed(
    tx: Transaction,
    account: Account,
    left: { left: number; isFew: boolean },
    now: number,
  ): Promise<void>
  /** Reports that an administrator is about to remove a factor or issue a code. Cannot be turned off. */
  recoveryAsked(tx: Transaction, account: Account, effectiveAt: number, now: number): Promise<void>
  /** @param origin of the request that presented the used token */
  sessionReplayed(tx: Transaction, account: Account, origin: RequestOrigin, now: number): Promise<void>
}

/** @param kinds the notices that are sent: SECURITY_NOTICES, and those that djoser's settings ask for */
export function createSecurityNotices({
  outbox,
  kinds,
}: {
  outbox: Outbox
  kinds: readonly string[]
}): SecurityNotices {
  const isSent = (kind: NoticeKind) => outbox.isOn && kinds.includes(kind)

  async function tell(
    tx: Transaction,
    account: Account,
    message: { kind: string; values: MessageValues },
    now: number,
  ): Promise<void> {
    if (!isMailable(account)) return
    const { kind, values } = message
    for (const { limit, withinMs } of account.emailVerifiedAt === undefined ? MOST.unconfirmed : MOST.confirmed) {
      if (await hasRecentMail(tx, { accountId: account.id, kind, since: now - withinMs, limit })) return
    }
    const mail = outbox.prepare({
      kind,
      to: account.email,
      accountId: account.id,
      locale: account.locale,
      values: { ...values, username: account.username, time: { at: now } },
      links: [],
      expiresAt: now + WORTH_SENDING_MS,
    })
    await outbox.queue(tx, mail, now)
  }

  return {
    async passwordChanged(tx, account, now) {
      if (isSent('password-changed')) await tell(tx, account, { kind: 'password-changed', values: {} }, now)
    },
    async emailChangeAsked(tx, account, newEmail, now) {
      const values = { new_address: masked(newEmail) }
      if (isSent('email-changed')) await tell(tx, account, { kind: 'email-change-asked', values }, now)
    },
    async emailChanged(tx, account, newEmail, now) {
      const values = { new_address: masked(newEmail) }
      if (isSent('email-changed')) await tell(tx, account, { kind: 'email-changed', values }, now)
    },
    async usernameChanged(tx, account, now) {
      if (isSent('username-changed')) await tell(tx, account, { kind: 'username-changed', values: {} }, now)
    },
    async welcome(tx, account, now) {
      if (isSent('welcome')) await tell(tx, account, { kind: 'welcome', values: {} }, now)
    },
    areDevicesNoted: isSent('new-device'),
    newDevice: (tx, account, origin, now) => tell(tx, account, { kind: 'new-device', values: described(origin) }, now),
    async factorAdded(tx, account, type, now) {
      if (isSent('factor-added'))
        await tell(tx, account, { kind: 'factor-added', values: { factor: names[type] } }, now)
    },
    async factorRemoved(tx, account, type, now) {
      if (isSent('factor-removed'))
        await tell(tx, account, { kind: 'factor-removed', values: { factor: names[type] } }, now)
    },
    async recoveryCodeUsed(tx, account, { left, isFew }, now) {
      const kind = isFew ? 'recovery-codes-few' : 'recovery-code-used'
      if (isSent('recovery-code-used')) await tell(tx, account, { kind, values: { left: String(left) } }, now)
    },
    async recoveryAsked(tx, account, effectiveAt, now) {
      const values = { effective: { at: effectiveAt } }
      if (outbox.isOn) await tell(tx, account, { kind: 'recovery-asked', values }, now)
    },
    async sessionReplayed(tx, account, origin, now) {
      const values = described(origin)
      if (isSent('sessions-ended')) await tell(tx, account, { kind: 'sessions-ended', values }, now)
    },
  }
}

/** Names that are the same in every language of the messages, or nearly so. */
const names: Readonly<Record<FactorType, string>> = {
  totp: 'TOTP (authenticator app)',
  passkey: 'Passkey',
  mailed_code: 'Code / E-Mail',
  recovery_code: 'Recovery codes / Wiederherstellungscodes',
}

/** The device and address, in our words: a client's own text could be anything, such as a link. */
function described({ address, userAgent }: RequestOrigin): MessageValues {
  return { device: deviceName(userAgent), client_address: address }
}

/** Enough of an address for its owner to recognise it, and too little for anybody else. */
function masked(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}…${email.slice(at)}`
}
