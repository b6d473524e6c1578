import {
  type ForeignAccount,
  type ForeignGroup,
  type ForeignNote,
  type ForeignSystem,
  ForeignSystemError,
  noRecords,
} from './foreign-system.ts'

/** The facts that a system has about an account. Missing ones get the values of an ordinary account. */
type KnownOfAccount = Pick<ForeignAccount, 'key'> & Partial<ForeignAccount>

/** An account with only some known facts. It is active, without rights, with its key as its `uid`. */
export function accountOf(known: KnownOfAccount): ForeignAccount {
  return {
    uid: { text: known.key, isNumber: false },
    username: undefined,
    email: '',
    isEmailVerified: false,
    phoneNumber: '',
    firstName: '',
    lastName: '',
    isActive: true,
    isStaff: false,
    isSuperuser: false,
    createdAt: undefined,
    lastLoginAt: undefined,
    passwordHash: undefined,
    groups: [],
    permissions: [],
    profile: {},
    ...known,
  }
}

/** A system that has accounts and perhaps groups. Everything else is empty until `more` says otherwise. */
export function foreignSystemOf(
  parts: Pick<ForeignSystem, 'description' | 'accounts'> & {
    groups?: readonly ForeignGroup[]
    notes?: readonly ForeignNote[]
    count?: number | undefined
    close?: () => Promise<void>
  },
): ForeignSystem {
  const { description, accounts, groups = [], notes = [], count, close = async () => {} } = parts
  return {
    description,
    accounts,
    countAccounts: async () => count,
    groups: async () => groups,
    spentTokens: noRecords,
    posts: noRecords,
    notes,
    close,
  }
}

/** Turns single accounts into the batches of a system. */
export async function* inBatches(accounts: AsyncIterable<ForeignAccount> | Iterable<ForeignAccount>) {
  let batch: ForeignAccount[] = []
  for await (const account of accounts) {
    batch.push(account)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const BATCH = 1_000

/** A name as one text, no longer than the column for first names. */
export function firstNameOf(name: string | undefined): string {
  return [...(name ?? '').trim()].slice(0, NAME_LIMIT).join('')
}

const NAME_LIMIT = 150

/**
 * A smaller number is epoch time in seconds; a larger one, in milliseconds. In milliseconds, this number is a day in
 * 1973.
 */
const LEAST_MS = 100_000_000_000

/**
 * A time as systems write it: ISO 8601, PostgreSQL's variant, epoch seconds or epoch milliseconds.
 *
 * @returns epoch milliseconds; undefined if there is none, or if it cannot be read
 */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value))) {
    const number = Number(value)
    return number < LEAST_MS ? Math.trunc(number * 1_000) : Math.trunc(number)
  }
  if (typeof value !== 'string' || value === '') return undefined
  const iso = value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  // A time without an offset is UTC.
  const time = Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/i.test(iso) || !iso.includes('T') ? iso : `${iso}Z`)
  return Number.isNaN(time) ? undefined : time
}

/** A boolean as systems write it. @throws ForeignSystemError for any other text */
export function truthOf(value: string, place: string): boolean {
  const text = value.trim().toLowerCase()
  if (['true', 't', 'yes', 'y', '1'].includes(text)) return true
  if (['false', 'f', 'no', 'n', '0'].includes(text)) return false
  throw new ForeignSystemError(`${place}: ${JSON.stringify(value.slice(0, 40))} is not a boolean. Write true or false.`)
}
