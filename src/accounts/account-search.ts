import type { Account } from './account.ts'

/** The orders in which accounts can be listed; `-` turns one round. Accounts that never logged in come before all that did. */
export const accountOrders = [
  'id',
  '-id',
  'username',
  '-username',
  'created_at',
  '-created_at',
  'last_login_at',
  '-last_login_at',
] as const

export type AccountOrder = (typeof accountOrders)[number]

/** Which accounts are wanted; all conditions must hold. Moments are epoch milliseconds. */
export type AccountFilter = {
  /** Words, each of which is part of the username, e-mail address, first or last name, whatever its case. */
  search?: string | undefined
  isActive?: boolean | undefined
  isStaff?: boolean | undefined
  isSuperuser?: boolean | undefined
  isEmailVerified?: boolean | undefined
  groupId?: number | undefined
  createdFrom?: number | undefined
  createdBefore?: number | undefined
  lastLoginFrom?: number | undefined
  lastLoginBefore?: number | undefined
}

/** The place of an account in an order: the value it is ordered by, and its id among those of the same value. */
export type AccountPosition = { value: string | number; id: number }

/** A page of a list of accounts. */
export type AccountPage = {
  accounts: Account[]
  /** Where the page ends; undefined if nothing comes behind it. */
  end: AccountPosition | undefined
}

/** The most words a search looks at; what is behind them does not count. */
const WORD_LIMIT = 8

/** The words of a search. */
export function searchWords(search: string): string[] {
  return search
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, WORD_LIMIT)
}

/**
 * The forms in which a word may stand in a column that the database can put into lower case for ASCII only, as SQLite
 * does: as it is, in either case, and with a capital. One where that makes no difference.
 */
export function letterForms(word: string): string[] {
  const lower = word.toLowerCase()
  const capital = [...lower].map((letter, index) => (index === 0 ? letter.toUpperCase() : letter)).join('')
  const forms = [word, lower, word.toUpperCase(), capital]
  return [...new Map(forms.map((form) => [asciiLower(form), form])).values()]
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
