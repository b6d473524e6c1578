import { findTakenIdentities, type ImportedAccount, type TakenIdentities } from '../../accounts/account-import-store.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import { type UsernameRule, usernameKey } from '../../accounts/names/username.ts'
import type { ForeignAccount } from '../../foreign-systems/foreign-system.ts'
import { findImported, type ImportedRow } from '../../foreign-systems/imported-row-store.ts'
import { storedForm } from '../../passwords/formats/stored-form.ts'
import { type HashPolicy, readHash } from '../../passwords/password-hash.ts'
import { textFaults } from '../../platform/text-rules.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { type Choices, type Conflict, type ConflictKind, choiceFor } from './choices.ts'
import { fingerprintOf } from './fingerprint.ts'
import { algorithmOf, isUnusable } from './imported-hash.ts'
import { derivedUsername, isFitName, newRow, otherNames, storable } from './new-account.ts'
import { createSeenKeys } from './seen-keys.ts'
import { takesPermission } from './takes-permission.ts'

/** The decision about one account of the other system. */
export type Decision =
  | { kind: 'create'; account: ForeignAccount; row: ImportedAccount; hash: string | undefined }
  /** The account already exists here, and is recorded as the one there. */
  | { kind: 'link'; account: ForeignAccount; localId: number }
  | { kind: 'update'; account: ForeignAccount; known: ImportedRow; fingerprint: string }
  | { kind: 'unchanged'; account: ForeignAccount; known: ImportedRow }
  | { kind: 'skip'; account: ForeignAccount; known: ImportedRow | undefined; why: string }
  /** Nobody has chosen yet. */
  | { kind: 'undecided'; account: ForeignAccount }

type Decided = { decisions: Decision[]; conflicts: Conflict[] }

/** The rules of this server that decisions follow. */
export type DecisionRules = Pick<DecideParts, 'usernameRule' | 'phoneRegion' | 'hashPolicy' | 'loginWith'>

type DecideParts = {
  source: string
  choices: Choices
  /** What happens to passwords that Django has marked as unusable. */
  unusablePasswords: 'keep' | 'allow-reset'
  /** The region of phone numbers without a country code. */
  phoneRegion: string | undefined
  /** What people can type to log in here. */
  loginWith: readonly ('username' | 'email' | 'phone')[]
  usernameRule: UsernameRule
  hashPolicy: HashPolicy
  /** For `SeenKeys`. */
  seed: number
  /** Whether there was no account when the import began. Then nothing has to be looked up. */
  isFirst: boolean
  /**
   * The ids of accounts that this import deletes because they no longer exist in the other system. Their names and
   * numbers are free.
   */
  leaving: ReadonlySet<number>
}

/**
 * Decides about accounts, batch by batch. It writes nothing. It remembers what earlier batches have taken, so a dry run
 * and an import make the same decisions.
 */
export function createDecide(
  parts: DecideParts,
): (db: Queryable, batch: readonly ForeignAccount[], now: number) => Promise<Decided> {
  const { source, choices, unusablePasswords, usernameRule, hashPolicy, loginWith, seed, isFirst } = parts
  const takes = (name: string) => takesPermission(name, choices)
  const names = createSeenKeys(seed)
  const addresses = createSeenKeys(seed)
  const phones = createSeenKeys(seed)
  const confirmed = createSeenKeys(seed)
  const uids = createSeenKeys(seed)

  /** The name that an account gets if it is renamed must be free as well. */
  function renamed(row: ImportedAccount): ImportedAccount[] {
    const [other = ''] = otherNames(row.username, row.uid)
    return [{ ...row, id: null, uid: '', email_key: '', phone_key: '', username_key: usernameKey(other, usernameRule) }]
  }

  function taken(name: string, { usernameKeys }: TakenIdentities): boolean {
    const key = usernameKey(name, usernameRule)
    return usernameKeys.has(key) || !names.add(key)
  }

  function decideNew(account: ForeignAccount, free: TakenIdentities, conflicts: Conflict[], now: number): Decision {
    let isUndecided = false
    let skippedFor: string | undefined
    const meet = <Kind extends ConflictKind>(kind: Kind, says: string) => {
      const choice = isOnlyName(kind, account) ? choices[kind] : choiceFor(choices, kind)
      conflicts.push({ kind, key: account.key, says, choice })
      if (choice === undefined) isUndecided = true
      if (choice === 'skip') skippedFor = kind.replaceAll('_', ' ')
      return choice
    }
    const present = free.uids.get(account.uid.text)
    if (present !== undefined || !uids.add(account.uid.text)) {
      const owner = present === undefined ? 'another one of the same system' : JSON.stringify(present.username)
      const choice = meet('taken_id', `${account.uid.text} is the id of the account ${owner}`)
      if (choice === 'link' && present !== undefined) {
        return { kind: 'link', account, localId: present.id }
      }
      return choice === 'skip'
        ? { kind: 'skip', account, known: undefined, why: 'taken id' }
        : { kind: 'undecided', account }
    }
    const row = newRow(account, usernameFor(account, free, meet), parts, now)
    decideEmail(row, free, meet)
    decidePhone(row, free, meet)
    const hash = hashFor(account, meet)
    if (skippedFor !== undefined) return { kind: 'skip', account, known: undefined, why: skippedFor }
    if (isUndecided) return { kind: 'undecided', account }
    // The number belongs to an account here with another uid, so the database generates a new one.
    if (row.id !== null && free.ids.has(row.id)) row.id = null
    return { kind: 'create', account, row, hash }
  }

  function usernameFor(account: ForeignAccount, free: TakenIdentities, meet: Meet): string {
    const { username, key } = account
    if (username === undefined) return firstFree(derivedUsername(account), key, free)
    if (!isFitName(username)) {
      const isRenamed = meet('unfit_name', `${JSON.stringify(username.slice(0, 40))} is too long`) === 'rename'
      return isRenamed ? firstFree(derivedUsername(account), key, free) : username.slice(0, 1)
    }
    if (!taken(username, free)) return username
    const isRenamed = meet('same_name', `${JSON.stringify(username)} is taken by an earlier account`) === 'rename'
    return isRenamed ? firstFree(username, key, free) : username
  }

  function firstFree(username: string, key: string, free: TakenIdentities): string {
    if (!taken(username, free)) return username
    for (const other of otherNames(username, key)) if (!taken(other, free)) return other
    throw new Error('there is always another name')
  }

  function decideEmail(row: ImportedAccount, free: TakenIdentities, meet: Meet): void {
    if (row.email === '') return
    const { email_key: key } = row
    if (emailKey(row.email) === undefined) {
      if (meet('bad_email', `${JSON.stringify(row.email.slice(0, 80))} is not an email address`) === 'clear')
        row.email = ''
      return
    }
    if (free.emailKeys.has(key) || !addresses.add(key)) {
      if (meet('same_email', `${JSON.stringify(row.email)} belongs to an earlier account too`) === 'clear') {
        row.email = ''
        row.email_key = ''
        row.email_verified_at = null
        return
      }
    }
    // An address has only one confirmed owner.
    const isProven = row.email_verified_at !== null
    if (isProven && (free.confirmedEmailKeys.has(key) || !confirmed.add(key))) row.email_verified_at = null
  }

  function decidePhone(row: ImportedAccount, free: TakenIdentities, meet: Meet): void {
    if (row.phone_number === '') return
    const shown = JSON.stringify(row.phone_number.slice(0, 40))
    const cure = parts.phoneRegion === undefined ? ', perhaps without DEFAULT_PHONE_REGION' : ''
    const choice =
      row.phone_key === ''
        ? meet('bad_phone', `${shown} cannot be read as a number${cure}`)
        : free.phoneKeys.has(row.phone_key) || !phones.add(row.phone_key)
          ? meet('same_phone', `${shown} belongs to an earlier account too`)
          : undefined
    if (choice !== 'clear') return
    row.phone_number = ''
    row.phone_key = ''
  }

  /**
   * Whether an account could no longer log in without the value that a conflict is about: it has no username of its
   * own, and people log in with that value. Then somebody has to choose.
   */
  function isOnlyName(kind: ConflictKind, { username }: ForeignAccount): boolean {
    if (username !== undefined) return false
    return (kind === 'same_email' && loginWith.includes('email')) || (/phone/.test(kind) && loginWith.includes('phone'))
  }

  function hashFor({ passwordHash }: ForeignAccount, meet: Meet): string | undefined {
    if (passwordHash === undefined) return undefined
    if (isUnusable(passwordHash)) return unusablePasswords === 'keep' ? passwordHash || '!' : undefined
    const stored = storedForm(passwordHash)
    if (readHash(stored, hashPolicy) !== undefined) return stored
    const choice = meet('unverifiable_hash', `its hash has the format ${algorithmOf(passwordHash)}`)
    return choice === 'drop' ? undefined : passwordHash
  }

  function knownOf(db: Queryable, accounts: readonly ForeignAccount[]): Promise<Map<string, ImportedRow>> {
    return findImported(
      db,
      { source, kind: 'account' },
      accounts.map(({ key }) => key),
    )
  }

  function takenBy(db: Queryable, fresh: readonly ForeignAccount[], now: number): Promise<TakenIdentities> {
    const wanted = fresh.map((account) => newRow(account, account.username ?? derivedUsername(account), parts, now))
    return findTakenIdentities(db, [...wanted, ...wanted.flatMap(renamed)], parts.leaving)
  }

  return async (db, batch, now) => {
    const conflicts: Conflict[] = []
    const accounts = batch.map((given) => {
      const account = isFitKey(given) ? given : { ...given, key: '', uid: NO_UID, skipped: 'no usable primary key' }
      const fit = storable(account)
      return fit.permissions.every(takes) ? fit : { ...fit, permissions: fit.permissions.filter(takes) }
    })
    const known = isFirst ? NONE_KNOWN : await knownOf(db, accounts)
    const fresh = accounts.filter(({ key, skipped }) => !known.has(key) && skipped === undefined)
    const free = isFirst ? NOTHING_TAKEN : await takenBy(db, fresh, now)
    const decisions = accounts.map((account): Decision => {
      const former = known.get(account.key)
      if (account.skipped !== undefined) return { kind: 'skip', account, known: former, why: account.skipped }
      if (former === undefined) return decideNew(account, free, conflicts, now)
      const fingerprint = fingerprintOf(account)
      return former.fingerprint === fingerprint
        ? { kind: 'unchanged', account, known: former }
        : { kind: 'update', account, known: former, fingerprint }
    })
    return { decisions, conflicts }
  }
}

/** Whether both databases can store its key, and tokens can contain it. Otherwise accounts could not be told apart. */
function isFitKey({ key, uid }: ForeignAccount): boolean {
  return [key, uid.text].every((text) => text !== '' && textFaults(text, KEY_LIMIT).length === 0)
}

/** The longest key, in code points. */
const KEY_LIMIT = 255
const NO_UID = { text: '', isNumber: false }

const NONE_KNOWN: ReadonlyMap<string, ImportedRow> = new Map()
const NOTHING_TAKEN: TakenIdentities = {
  uids: new Map(),
  ids: new Set(),
  usernameKeys: new Set(),
  emailKeys: new Set(),
  phoneKeys: new Set(),
  confirmedEmailKeys: new Set(),
}

type Meet = <Kind extends ConflictKind>(kind: Kind, says: string) => Choices[Kind]
