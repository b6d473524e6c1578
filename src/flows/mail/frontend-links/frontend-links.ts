import { type Account, isActive } from '../../../accounts/account.ts'
import { noteLastLogin } from '../../../accounts/account-change-store.ts'
import { findAccountsByEmailKey } from '../../../accounts/account-email-store.ts'
import type { AccountFieldFault } from '../../../accounts/account-fields.ts'
import { holdLogins } from '../../../accounts/account-state-store.ts'
import { findAccount } from '../../../accounts/account-store.ts'
import { emailKey } from '../../../accounts/names/email-address.ts'
import type { UsernameField } from '../../../accounts/names/login-kind.ts'
import { findAccountByPresentedUid } from '../../../accounts/names/presented-uid.ts'
import { awaitActivation, isActivationAwaited } from '../../../accounts/pending-activation-store.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import { hookAccount, hookRequest } from '../../../hooks/hook-account.ts'
import type { HookRunner } from '../../../hooks/hook-runner.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import {
  consumeOneTimeToken,
  findOneTimeToken,
  spendOneTimeToken,
} from '../../../one-time-tokens/one-time-token-store.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import type { PasswordFault } from '../../../passwords/password-policy.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../storage/database.ts'
import type { Queryable, Transaction } from '../../../storage/prepared.ts'
import { type LoginNames, takenFault, unlessTaken } from '../../accounts/names/login-name.ts'
import { replacePassword } from '../../accounts/passwords/replace-password.ts'
import { setActive } from '../../accounts/standing.ts'
import { type Actor, auditOriginOf } from '../../rights/actor.ts'
import { type AddressRule, confirmAddress } from '../confirm-address.ts'
import type { MailedFlow } from '../email-flow.ts'
import { type AskForMail, requestMailFor } from '../mail-requests.ts'
import type { SecurityNotices } from '../security-notices/notices.ts'
import { type LinkPurpose, readUid } from './link-flows.ts'
import { linkState } from './link-state.ts'

/** The two parts of a link, as they came back. */
export type PresentedLink = { uid: string | undefined; token: string | undefined }

/** `stale`: a valid link for an account that is already active. */
type LinkRefusal = { kind: 'bad_uid' } | { kind: 'bad_token' }
type ActivationOutcome = { kind: 'done' } | LinkRefusal | { kind: 'stale' }
type PasswordOutcome = { kind: 'done' } | LinkRefusal | { kind: 'weak'; faults: PasswordFault[] }
type NameOutcome = { kind: 'done' } | LinkRefusal | { kind: 'refused_name'; faults: AccountFieldFault[] }

/**
 * Operations whose mailed links lead to your own front end. A link belongs to one account, one purpose and one state,
 * and works once. A refused password or name does not use it up. If several requests use one link at once, one
 * succeeds.
 */
export type FrontendLinks = {
  /**
   * Requests a link for every qualifying account with this address.
   *
   * @throws AuthError `throttled`
   */
  ask(purpose: LinkPurpose, address: string, origin: RequestOrigin): Promise<void>
  /** Whether anybody would get a link: only for responses that reveal it because of a setting. */
  isKnown(purpose: LinkPurpose, address: string): Promise<boolean>
  /** Makes an account inactive and mails a link that activates it, in the caller's transaction. */
  awaitActivation(tx: Transaction, account: Account, actor: Actor, now: number): Promise<void>
  activate(link: PresentedLink, origin: RequestOrigin): Promise<ActivationOutcome>
  /** The password must have passed the checks that need no account. @throws AuthError `overloaded`; refusals of hooks */
  resetPassword(link: PresentedLink, password: string, origin: RequestOrigin): Promise<PasswordOutcome>
  resetName(
    link: PresentedLink,
    wanted: { name: string; field: UsernameField },
    origin: RequestOrigin,
  ): Promise<NameOutcome>
}

type FrontendLinksParts = {
  database: Database
  clock: Clock
  passwords: Pick<PasswordCheck, 'hash'>
  checkNewPassword: NewPasswordCheck
  loginNames: LoginNames
  outbox: Outbox
  hooks: HookRunner
  notices: SecurityNotices
  askForMail: AskForMail
  flows: readonly MailedFlow[]
  settings: AddressRule & { isStrict: boolean; revokeOnPasswordChange: boolean }
}

/** The purpose under which used activation links are remembered, to tell a second click from an invented link. */
const USED_ACTIVATION = 'activation-used'

type Opened = { kind: 'open'; account: Account } | LinkRefusal

export function createFrontendLinks(parts: FrontendLinksParts): FrontendLinks {
  const { database, clock, passwords, checkNewPassword, loginNames, outbox, hooks, notices, settings } = parts

  async function open(db: Queryable, purpose: string, { uid, token }: PresentedLink, now: number): Promise<Opened> {
    const account = await findAccountByPresentedUid(db, readUid(uid))
    if (account === undefined) return { kind: 'bad_uid' }
    const found = token === undefined ? undefined : await findOneTimeToken(db, purpose, token, now)
    const isGood = found?.account?.id === account.id && found.state === (await linkState(db, account))
    return isGood ? { kind: 'open', account } : { kind: 'bad_token' }
  }

  /** Opens the link again in a transaction that blocks all other changes of the account. */
  async function openAlone(tx: Transaction, purpose: string, link: PresentedLink, now: number): Promise<Opened> {
    const account = await findAccountByPresentedUid(tx, readUid(link.uid))
    if (account !== undefined) await holdLogins(tx, [account.id])
    return open(tx, purpose, link, now)
  }

  /** Uses the link for a new password or name, which ends all other links of the account. */
  async function use(tx: Transaction, purpose: string, link: PresentedLink, now: number): Promise<Opened> {
    const opened = await openAlone(tx, purpose, link, now)
    if (opened.kind !== 'open') return opened
    const used = await consumeOneTimeToken(tx, purpose, link.token ?? '', now)
    if (used === undefined) return { kind: 'bad_token' }
    await noteLastLogin(tx, opened.account.id, lastLoginAfter(opened.account, now))
    return opened
  }

  async function activateIn(tx: Transaction, link: PresentedLink, origin: RequestOrigin, now: number) {
    const opened = await openAlone(tx, 'activation', link, now)
    if (opened.kind !== 'open') return staleOr(opened, await openAlone(tx, USED_ACTIVATION, link, now))
    const { account } = opened
    if (isActive(account)) return { kind: 'stale' } as const
    if (settings.isStrict && !(await isActivationAwaited(tx, account.id))) return { kind: 'bad_token' } as const
    if (!(await spendOneTimeToken(tx, 'activation', link.token ?? '', USED_ACTIVATION, now))) {
      return { kind: 'bad_token' } as const
    }
    const recipient = { kind: 'recipient', accountId: account.id, origin } as const
    await setActive(tx, { ids: [account.id], isActive: true }, auditOriginOf(recipient), now)
    const current = (await findAccount(tx, account.id)) ?? account
    await confirmAddress(tx, current, settings, origin, now)
    await notices.welcome(tx, current, now)
    return { kind: 'done' } as const
  }

  return {
    async ask(purpose, address, origin) {
      await parts.askForMail(purpose, address, origin, { isExact: !settings.isStrict })
    },
    async isKnown(purpose, address) {
      const rules = parts.flows.find((flow) => flow.purpose === purpose)?.ask
      const key = emailKey(address)
      if (rules === undefined || (key === undefined && settings.isStrict)) return false
      for (const account of await findAccountsByEmailKey(database.read, key ?? '')) {
        const isMeant = rules.isFor(account) && (settings.isStrict || account.email === address)
        if (isMeant && (await rules.qualifies?.(database.read, account)) !== false) return true
      }
      return false
    },
    async awaitActivation(tx, account, actor, now) {
      const { id: accountId } = account
      await setActive(tx, { ids: [accountId], isActive: false }, auditOriginOf(actor), now)
      await awaitActivation(tx, accountId, now)
      await requestMailFor(tx, outbox, 'activation', account, now)
    },
    async activate(link, origin) {
      const now = clock.now()
      const outcome = await database.inTransaction((tx) => activateIn(tx, link, origin, now))
      outbox.wake()
      return outcome
    },
    async resetPassword(link, password, origin) {
      const now = clock.now()
      const purpose = 'frontend-password-reset'
      const opened = await open(database.read, purpose, link, now)
      if (opened.kind !== 'open') return opened
      const faults = await checkNewPassword(password, opened.account)
      if (faults.length > 0) return { kind: 'weak', faults }
      const event = { account: hookAccount(opened.account), by: 'reset', request: hookRequest(origin) } as const
      await hooks.ask('beforePasswordChange', event)
      const hash = await passwords.hash(password)
      const outcome = await database.inTransaction(async (tx) => {
        const used = await use(tx, purpose, link, now)
        if (used.kind !== 'open') return used
        const { account } = used
        const recipient = { kind: 'recipient', accountId: account.id, origin } as const
        const ends = settings.revokeOnPasswordChange ? 'all' : 'none'
        if (!(await replacePassword(tx, { account, hash, by: 'reset', ends }, recipient, notices, now))) {
          return { kind: 'bad_token' } as const
        }
        const current = await findAccount(tx, account.id)
        if (current !== undefined) await confirmAddress(tx, current, settings, origin, now)
        return { kind: 'done' } as const
      })
      outbox.wake()
      return outcome
    },
    async resetName(link, { name, field }, origin) {
      const now = clock.now()
      const purpose = 'username-reset'
      const outcome = await unlessTaken(() =>
        database.inTransaction(async (tx) => {
          const used = await use(tx, purpose, link, now)
          if (used.kind !== 'open') return used
          const recipient = { kind: 'recipient', accountId: used.account.id, origin } as const
          await loginNames.change(tx, used.account, { name, field }, recipient, now)
          return { kind: 'done' } as const
        }),
      )
      if (outcome === 'taken') return { kind: 'refused_name', faults: [takenFault(field)] }
      outbox.wake()
      return outcome
    },
  }
}

/** A used link is stale while its account is active. */
function staleOr(refusal: LinkRefusal, used: Opened): ActivationOutcome {
  return used.kind === 'open' && isActive(used.account) ? { kind: 'stale' } : refusal
}

/** Later than the current one, so that every use changes the state. */
function lastLoginAfter({ lastLoginAt }: Account, now: number): number {
  return lastLoginAt === undefined ? now : Math.max(now, lastLoginAt + 1)
}
