import type { Account } from './account.ts'

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

/** Which accounts to list; all conditions must hold. Times are epoch milliseconds. */
export type AccountFilter = {
  /** Words that must all occur in the username, email address, phone number, first or last name, in any case; or the id. */
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

/** The words of a search. */
export function searchWords(search: string): string[] {
  return search
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, WORD_LIMIT)
}

/**
 * The spellings of a word to search for where the database can lower-case only ASCII, as SQLite does: as typed, in
 * lower case, in upper case, and capitalised. Only one spelling where case makes no difference.
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
