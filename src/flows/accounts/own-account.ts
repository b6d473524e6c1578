import type { Account } from '../../accounts/account.ts'
import { type AccountData, changeProfile, rewriteAccount } from '../../accounts/account-change-store.ts'
import { claimCredentialsChange, deleteAccount, findAccount } from '../../accounts/account-store.ts'
import { awaitTurn, isAnotherInCharge } from '../../accounts/administrator-store.ts'
import type { Profile, ProfileRule } from '../../accounts/profile.ts'
import type { UsernameRule } from '../../accounts/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError, fieldRefusal, refuseFaults } from '../../errors.ts'
import { administersEverything } from '../../permissions/administration-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import { wireName } from '../../platform/wire-name.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { Caller } from '../rights/actor.ts'
import { memberFaults, profileFaults } from './field-faults.ts'
import type { ProvePassword } from './prove-password.ts'

/** What people may change in their own accounts without further proof; absent ones stay as they are. */
type OwnChanges = Partial<Pick<AccountData, 'firstName' | 'lastName' | 'phoneNumber'>> & {
  /** Members to set, and those to take out (`null`). */
  profile?: Profile | undefined
}

/** What people do with their own accounts. Password and address have flows of their own. */
export type OwnAccount = {
  /** @returns the account as it is now. @throws AuthError `invalid_fields`, `account_not_found` */
  update(caller: Caller, changes: OwnChanges, origin: RequestOrigin): Promise<Account>
  /**
   * Deletes the account with all that belongs to it, for good; all its sessions are over.
   *
   * @param password the caller's, as proof
   * @throws AuthError `invalid_fields` if it is the wrong one, `last_superuser`, `account_not_found`, `throttled`,
   *   `overloaded`
   */
  remove(caller: Caller, password: string, origin: RequestOrigin): Promise<void>
}

type OwnAccountParts = {
  database: Database
  clock: Clock
  usernameRule: UsernameRule
  profileRule: ProfileRule
  provePassword: ProvePassword
}

export function createOwnAccount(parts: OwnAccountParts): OwnAccount {
  const { database, clock, usernameRule, profileRule, provePassword } = parts

  /** Read again until nobody else was quicker: of two changes at once the later one builds on the first. */
  async function changeMembers(tx: Queryable, id: number, members: Profile | undefined): Promise<Account> {
    for (;;) {
      const account = await findAccount(tx, id)
      if (account === undefined) throw new AuthError('account_not_found')
      if (members === undefined) return account
      const profile = changedMembers(profileRule, account, members)
      if (await changeProfile(tx, account, profile)) return { ...account, profile }
    }
  }

  return {
    async update(caller, { profile, ...data }, origin) {
      const now = clock.now()
      const faults = profileFaults(data)
      refuseFaults(faults)
      const { id } = caller.account
      const changed = { ...data, ...(profile && { profile }) }
      return database.inTransaction(async (tx) => {
        if (Object.keys(data).length > 0) await rewriteAccount(tx, id, data, usernameRule)
        const account = await changeMembers(tx, id, profile)
        if (Object.keys(changed).length > 0) {
          const fields = Object.keys(changed).map(wireName)
          await recordEvent(tx, now, 'account.changed', { accountId: id, fields, origin: actingAccount(id, origin) })
        }
        return account
      })
    },
    async remove(caller, password, origin) {
      const account = await provePassword(caller, password, origin)
      const now = clock.now()
      const outcome = await database.inTransaction(async (tx) => {
        await awaitTurn(tx)
        const current = await findAccount(tx, account.id)
        const isInCharge = current !== undefined && administersEverything(current)
        if (isInCharge && !(await isAnotherInCharge(tx, account.id))) return 'last_superuser'
        // Somebody who has just changed the password must be asked for the new one.
        if (!(await claimCredentialsChange(tx, account))) return 'changed'
        await deleteAccount(tx, account.id)
        const actor = actingAccount(account.id, origin)
        await recordEvent(tx, now, 'account.deleted', { accountId: account.id, origin: actor })
        return 'deleted'
      })
      if (outcome === 'last_superuser') throw new AuthError('last_superuser')
      if (outcome === 'changed') throw fieldRefusal('password', 'wrong_password')
    },
  }
}

/** @throws AuthError `invalid_fields` */
function changedMembers(rule: ProfileRule, account: Account, members: Profile): Profile {
  const change = rule.change(account.profile, members)
  if (change.kind === 'changed') return change.profile
  throw new AuthError('invalid_fields', { faults: memberFaults(change.faults) })
}
