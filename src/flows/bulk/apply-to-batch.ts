import { type Account, isActive } from '../../accounts/account.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Outbox } from '../../mail/outbox.ts'
import { findGroup } from '../../permissions/group-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, DatabaseKind } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { deleteAccountsAndRecord } from '../accounts/delete-account.ts'
import { forceNewPasswords } from '../accounts/passwords/remove-passwords.ts'
import { setActive } from '../accounts/standing.ts'
import { requestMailForEach } from '../mail/mail-requests.ts'
import { auditOriginOf, type Manager } from '../rights/actor.ts'
import { type Authority, admit, findAdministeredEach, isOwnAccount } from '../rights/authority.ts'
import { setMembership } from '../rights/memberships.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'
import { type AccountAction, neededFor } from './account-actions.ts'

/** The outcome for one account: whether anything changed, or why it could not be changed. */
export type ActionOutcome = boolean | ErrorCode

/**
 * Applies one action to one account, or to several in one transaction, so that they share its cost. It checks the
 * manager's rights in that transaction. An account that must not be changed does not stop the others, because nothing is
 * written before that is known. If the database fails, none of them has changed. A batch blocks others: on SQLite all
 * writers, on PostgreSQL the other administrators. So a batch that takes long ends early.
 *
 * @returns the outcomes of the first of these accounts, at least of one
 * @throws AuthError `permission_denied`, `account_inactive`, `account_not_found` if the manager may not do it at all
 */
export type ApplyToBatch = (
  action: AccountAction,
  ids: readonly number[],
  manager: Manager,
) => Promise<Map<number, ActionOutcome>>

type ApplyToBatchParts = {
  database: Database
  clock: Clock
  outbox: Outbox
}

/**
 * How many accounts one statement changes. On SQLite, a round trip costs nothing, so the time can be controlled more
 * closely.
 */
const PORTION: Record<DatabaseKind, number> = { sqlite: 10, postgres: 50 }
/** After this many milliseconds, a batch starts no further portion. */
const LONGEST_MS: Record<DatabaseKind, number> = { sqlite: 15, postgres: 100 }

/** The transaction, and who acts in it. */
type Batch = { tx: Transaction; by: Authority; origin: AuditOrigin; now: number }

export function createApplyToBatch({ database, clock, outbox }: ApplyToBatchParts): ApplyToBatch {
  /** Works on one portion after the other, until the time is over. */
  async function inPortions(
    accounts: readonly Account[],
    change: (portion: readonly Account[]) => Promise<Iterable<[number, ActionOutcome]>>,
  ): Promise<Map<number, ActionOutcome>> {
    const endsAt = performance.now() + LONGEST_MS[database.kind]
    const size = PORTION[database.kind]
    const outcomes = new Map<number, ActionOutcome>()
    for (let start = 0; start < accounts.length; start += size) {
      for (const [id, outcome] of await change(accounts.slice(start, start + size))) outcomes.set(id, outcome)
      if (performance.now() >= endsAt) break
    }
    return outcomes
  }

  /** Nobody does this to their own account. @param applyTo returns the ids of the accounts that still exist */
  async function toOthers(
    { by }: Batch,
    accounts: readonly Account[],
    applyTo: (others: readonly Account[]) => Promise<Set<number>>,
  ) {
    const applied = await applyTo(accounts.filter((account) => !isOwnAccount(by, account)))
    return outcomesOf(accounts, (account) => {
      if (isOwnAccount(by, account)) return 'own_account'
      return applied.has(account.id) ? true : 'not_found'
    })
  }

  async function changeState({ tx, by, origin, now }: Batch, accounts: readonly Account[], isWanted: boolean) {
    const isRefused = (account: Account) => isOwnAccount(by, account) && isActive(account) !== isWanted
    const ids = idsOf(accounts.filter((account) => !isRefused(account)))
    const changed = await setActive(tx, { ids, isActive: isWanted }, origin, now)
    return outcomesOf(accounts, (account) => (isRefused(account) ? 'own_account' : changed.has(account.id)))
  }

  async function putIntoGroup(
    { tx, origin, now }: Batch,
    accounts: readonly Account[],
    { kind, groupId }: AccountAction & { groupId: number },
  ) {
    const group = await findGroup(tx, groupId)
    if (group === undefined) return outcomesOf(accounts, () => 'not_found')
    const membership = { group, accountIds: idsOf(accounts), isMember: kind === 'add_to_group' }
    const changed = await setMembership(tx, membership, origin, now)
    return outcomesOf(accounts, ({ id }) => changed.has(id))
  }

  async function endSessions({ tx, origin, now }: Batch, accounts: readonly Account[]) {
    const ended = await endAllAndRecord(tx, { accountIds: idsOf(accounts), reason: 'administrator' }, origin, now)
    return outcomesOf(accounts, ({ id }) => ended.has(id))
  }

  async function mailResetLinks({ tx, now }: Batch, accounts: readonly Account[]) {
    const mailed = await requestMailForEach(tx, outbox, 'password-reset', accounts, now)
    return outcomesOf(accounts, ({ id }) => mailed.has(id) || 'no_mail')
  }

  function apply(batch: Batch, action: AccountAction, portion: readonly Account[]) {
    const { tx, origin, now } = batch
    switch (action.kind) {
      case 'activate':
      case 'deactivate':
        return changeState(batch, portion, action.kind === 'activate')
      case 'add_to_group':
      case 'remove_from_group':
        return putIntoGroup(batch, portion, action)
      case 'end_sessions':
        return endSessions(batch, portion)
      case 'delete':
        return toOthers(batch, portion, (others) => deleteAccountsAndRecord(tx, idsOf(others), origin, now))
      case 'mail_reset_link':
        return mailResetLinks(batch, portion)
      case 'force_password_reset':
        return toOthers(batch, portion, (others) => forceNewPasswords(tx, others, { origin, outbox }, now))
    }
  }

  return async (action, ids, manager) => {
    const now = clock.now()
    const outcomes = await database.inTransaction(async (tx) => {
      const by = await admit(tx, manager, neededFor[action.kind])
      const found = await findAdministeredEach(tx, by, ids)
      const accounts = [...found.values()].filter((one) => typeof one !== 'string')
      const batch = { tx, by, origin: auditOriginOf(manager), now }
      const applied = await inPortions(accounts, (portion) => apply(batch, action, portion))
      const became = new Map<number, ActionOutcome>()
      for (const [id, one] of found) {
        const outcome = typeof one === 'string' ? outcomeOfRefused(action, one) : applied.get(id)
        // The time was over before this account.
        if (outcome === undefined) break
        became.set(id, outcome)
      }
      return became
    })
    outbox.wake()
    return outcomes
  }
}

/** An account that no longer exists has no sessions to end. */
function outcomeOfRefused({ kind }: AccountAction, refusal: 'not_found' | 'permission_denied'): ActionOutcome {
  return kind === 'end_sessions' && refusal === 'not_found' ? false : refusal
}

function outcomesOf(
  accounts: readonly Account[],
  outcomeOf: (account: Account) => ActionOutcome,
): [number, ActionOutcome][] {
  return accounts.map((account) => [account.id, outcomeOf(account)])
}

const idsOf = (accounts: readonly Account[]) => accounts.map(({ id }) => id)
