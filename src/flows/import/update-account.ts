import { type Account, isActive } from '../../accounts/account.ts'
import { noteLastLogin, rewriteAccount } from '../../accounts/account-change-store.ts'
import { changeEmail, isConfirmedByAnother } from '../../accounts/account-email-store.ts'
import { insistOnChange } from '../../accounts/account-state-store.ts'
import { findAccount, findAccountByUsername } from '../../accounts/account-store.ts'
import { localeOf } from '../../accounts/locale.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import { phoneKey } from '../../accounts/names/phone-number.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import { storedForm } from '../../passwords/formats/stored-form.ts'
import { IMPORTED_PASSWORD } from '../../passwords/password-import-store.ts'
import { findPasswordChange, setPasswordHash } from '../../passwords/password-store.ts'
import { findRights } from '../../permissions/grant-store.ts'
import { wireName } from '../../platform/wire-name.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { removePasswords } from '../accounts/passwords/remove-passwords.ts'
import { giveStanding, setActive } from '../accounts/standing.ts'
import {
  type AccountPart,
  changedParts,
  digest,
  partOf,
  personDigest,
  rightsDigest,
  stateDigest,
} from './fingerprint.ts'
import { isUnusable } from './imported-hash.ts'
import { isFitName } from './new-account.ts'

/** An account that has changed in the other system since it was last imported. */
type ChangedAccount = {
  account: ForeignAccount
  localId: number
  /** Its state there at the last import, and its state now. */
  before: string
  after: string
}

export type UpdateParts = {
  usernameRule: UsernameRule
  phoneRegion: string | undefined
  unusablePasswords: 'keep' | 'allow-reset'
  /** The groups here, by their keys there. */
  groupIds: ReadonlyMap<string, number>
  origin: AuditOrigin
}

/**
 * The result of a change. `kept`: parts that were changed here too; they stay as they are here. `blocked`: parts that
 * another account prevents, perhaps only for now. They must count as changed at the next import.
 */
type UpdateOutcome =
  | { kind: 'gone' }
  | { kind: 'updated'; taken: AccountPart[]; kept: AccountPart[]; blocked: AccountPart[] }

/**
 * Imports what has changed in the other system, part by part. A part that was changed here since the last import stays,
 * because that change was made later, or at least knowingly. An account that was deleted here stays deleted.
 */
export async function updateAccount(
  tx: Transaction,
  { account: wanted, localId, before, after }: ChangedAccount,
  parts: UpdateParts,
  now: number,
): Promise<UpdateOutcome> {
  const account = await findAccount(tx, localId)
  if (account === undefined) return { kind: 'gone' }
  const taken: AccountPart[] = []
  const kept: AccountPart[] = []
  const blocked: AccountPart[] = []
  const fields: string[] = []
  for (const part of changedParts(before, after)) {
    const isUntouched = await isAsImported(tx, account, part, partOf(before, part), parts)
    const changed = isUntouched ? await take[part](tx, account, wanted, parts, now) : undefined
    ;(changed === undefined ? kept : taken).push(part)
    fields.push(...(changed ?? []))
    const isBlocked = isUntouched && changed === undefined && part === 'name' && isFitName(wanted.username ?? '')
    if (isBlocked) blocked.push(part)
  }
  if (fields.length > 0) {
    await recordEvent(tx, now, 'account.changed', { accountId: account.id, fields, origin: parts.origin })
  }
  return { kind: 'updated', taken, kept, blocked }
}

/** Whether a part of the account is still as the last import left it. */
async function isAsImported(
  tx: Transaction,
  account: Account,
  part: AccountPart,
  imported: string,
  parts: UpdateParts,
): Promise<boolean> {
  switch (part) {
    case 'name':
      return digest(account.username) === imported
    case 'email':
      return digest([account.email, account.emailVerifiedAt !== undefined]) === imported
    case 'password': {
      const changedAt = await findPasswordChange(tx, account.id)
      // Without a password, the account either never had one or somebody has removed it here.
      const hadNone = imported === digest(null) || parts.unusablePasswords === 'allow-reset'
      return changedAt === undefined ? hadNone : changedAt === IMPORTED_PASSWORD
    }
    case 'state':
      return stateDigest(isActive(account)) === imported
    case 'rights':
      return (await currentRights(tx, account, parts)) === imported
    case 'person':
      // A language that was chosen here is not a difference if the other system knows none.
      return [account, { ...account, locale: undefined }].some((person) => personDigest(person) === imported)
    case 'login':
      return true
  }
}

/** As the other system would name them. A group that only exists here makes a difference. */
async function currentRights(tx: Transaction, account: Account, { groupIds }: UpdateParts): Promise<string> {
  const keys = new Map([...groupIds].map(([key, id]) => [id, key]))
  const { groups, ownPermissions } = await findRights(tx, account.id)
  return rightsDigest({
    isStaff: account.isStaff,
    isSuperuser: account.isSuperuser,
    groups: groups.map(({ id }) => keys.get(id) ?? `here ${id}`),
    permissions: ownPermissions,
  })
}

type Take = (
  tx: Transaction,
  account: Account,
  wanted: ForeignAccount,
  parts: UpdateParts,
  now: number,
) => Promise<readonly string[] | undefined>

/**
 * Each function imports one part. It returns the names of the changed fields, as in requests, except those that it has
 * recorded itself; undefined if it cannot import the part.
 */
const take: Record<AccountPart, Take> = {
  async name(tx, account, { username }, { usernameRule }) {
    if (username === undefined || !isFitName(username)) return undefined
    const owner = await findAccountByUsername(tx, username, usernameRule)
    if (owner !== undefined && owner.id !== account.id) return undefined
    return (await rewriteAccount(tx, account.id, { username }, usernameRule)) ? ['username'] : undefined
  },

  async email(tx, account, { email, isEmailVerified }, { origin }, now) {
    const key = emailKey(email)
    if (email !== '' && key === undefined) return undefined
    const isProven = isEmailVerified && key !== undefined && !(await isConfirmedByAnother(tx, key, account.id))
    const current = await findAccount(tx, account.id)
    if (current === undefined || !(await changeEmail(tx, current, email, isProven ? now : undefined))) return undefined
    const wasProven = current.emailVerifiedAt !== undefined
    if (email === current.email) return isProven === wasProven ? [] : ['email_verified']
    if (!isProven) return ['email']
    await recordEvent(tx, now, 'email.changed', { accountId: account.id, origin })
    return []
  },

  async password(tx, { id }, { passwordHash }, { unusablePasswords, origin }, now) {
    const isGone = passwordHash === undefined || (isUnusable(passwordHash) && unusablePasswords === 'allow-reset')
    if (isGone) return (await removePasswords(tx, [id], origin, now)).has(id) ? [] : undefined
    // A login under way with the old password must notice.
    if (!(await insistOnChange(tx, [id])).has(id)) return undefined
    await setPasswordHash(tx, id, storedForm(passwordHash) || '!', IMPORTED_PASSWORD)
    await recordEvent(tx, now, 'password.changed', { accountId: id, origin })
    return []
  },

  async state(tx, { id }, { isActive }, { origin }, now) {
    await setActive(tx, { ids: [id], isActive }, origin, now)
    return []
  },

  async rights(tx, account, wanted, { usernameRule, groupIds, origin }, now) {
    const { isStaff, isSuperuser, permissions } = wanted
    const isOther = isStaff !== account.isStaff || isSuperuser !== account.isSuperuser
    if (isOther) await rewriteAccount(tx, account.id, { isStaff, isSuperuser }, usernameRule)
    const groups = wanted.groups.flatMap((key) => groupIds.get(key) ?? [])
    const standing = { groups, permissions, ...(isOther && { isStaff, isSuperuser }) }
    await giveStanding(tx, account, standing, origin, now)
    return []
  },

  async person(tx, account, wanted, { usernameRule, phoneRegion }) {
    const { firstName, lastName, phoneNumber, profile } = wanted
    const key = phoneKey(phoneNumber, phoneRegion) ?? ''
    // If the other system knows no language, the one that was chosen here stays.
    const locale = localeOf(wanted.locale ?? '')
    const data = { firstName, lastName, phoneNumber, phoneKey: key, profile, ...(locale !== undefined && { locale }) }
    if (!(await rewriteAccount(tx, account.id, data, usernameRule))) return undefined
    const after = { ...account, ...data }
    return personFields.filter((name) => !isSame(after[name], account[name])).map(wireName)
  },

  async login(tx, { id }, { lastLoginAt }) {
    if (lastLoginAt !== undefined) await noteLastLogin(tx, id, lastLoginAt)
    return []
  },
}

/** The fields of the part `person`. */
const personFields = ['firstName', 'lastName', 'phoneNumber', 'locale', 'profile'] as const

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}
