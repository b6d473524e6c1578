import type { Account } from '../account.ts'
import { foldForSearch } from './account-words.ts'

/** The orders in which accounts can be listed; `-` reverses one. Accounts that never logged in come first. */
export const accountOrders = [
  'id',
  '-id',
  'username',
  '-username',
  'email',
  '-email',
  'created_at',
  '-created_at',
  'last_login_at',
  '-last_login_at',
  'is_active',
  '-is_active',
  'is_staff',
  '-is_staff',
] as const

export type AccountOrder = (typeof accountOrders)[number]

/** Where the words of a search must occur. */
export const searchMatches = ['anywhere', 'prefix'] as const

export type SearchMatch = (typeof searchMatches)[number]

/** Which accounts to list; all conditions must hold. Times are epoch milliseconds. */
export type AccountFilter = {
  /** Words that must all occur in the username, address, phone number, names or `uid`, in any case; or the id. */
  search?: string | undefined
  /** Where the words must occur: `anywhere` (the default), or at the beginning of a word (`prefix`). */
  match?: SearchMatch | undefined
  isActive?: boolean | undefined
  isStaff?: boolean | undefined
  isSuperuser?: boolean | undefined
  isEmailVerified?: boolean | undefined
  /** Whether they have a second factor. Recovery codes alone do not count. */
  hasSecondFactor?: boolean | undefined
  groupId?: number | undefined
  createdFrom?: number | undefined
  createdBefore?: number | undefined
  lastLoginFrom?: number | undefined
  lastLoginBefore?: number | undefined
}

/** The place of an account in an order: its value, and its id among accounts with the same value. */
export type AccountPosition = { value: string | number; id: number }

/** A page of a list of accounts. */
export type AccountPage = {
  accounts: Account[]
  /** Where the page ends; undefined if it is the last one. */
  end: AccountPosition | undefined
}

/** The most words of a search that count; further words are ignored. */
const WORD_LIMIT = 8

/** The words of a search, in their folded form. */
export function searchWords(search: string): string[] {
  return foldForSearch(search)
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, WORD_LIMIT)
}

/** The id that a word may be. */
export function idOfWord(word: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(word) ? Number(word) : undefined
}
