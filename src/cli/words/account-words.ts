import { type Account, isActive } from '../../accounts/account.ts'
import { jsonTime, printable, printableTime } from '../terminal/printable.ts'

/** The headings of a table of accounts. */
export const accountHeadings = ['ID', 'USERNAME', 'EMAIL', 'STATE', 'RIGHTS', 'LAST LOGIN', 'JOINED'] as const

/** An account as a row under `accountHeadings`. */
export function accountCells(account: Account): string[] {
  return [
    String(account.id),
    account.username,
    account.email,
    stateOf(account),
    rightsOf(account),
    printableTime(account.lastLoginAt),
    printableTime(account.createdAt),
  ]
}

/** An account as lines of name and value. */
export function accountText(account: Account, sessions: number, groups: readonly string[]): string {
  const facts = {
    id: String(account.id),
    ...(account.uid !== String(account.id) && { uid: account.uid }),
    username: account.username,
    email: account.email,
    'phone number': account.phoneNumber,
    language: account.locale ?? '',
    name: `${account.firstName} ${account.lastName}`.trim(),
    state: stateOf(account),
    rights: rightsOf(account),
    groups: groups.join(', '),
    joined: printableTime(account.createdAt),
    'last login': printableTime(account.lastLoginAt),
    sessions: String(sessions),
  }
  return Object.entries(facts)
    .map(([fact, value]) => `${`${fact.padEnd(12)}  ${printable(value)}`.trimEnd()}\n`)
    .join('')
}

/** An account for programs, with Django's field names. Contains no secrets. */
export function accountJson(account: Account) {
  return {
    id: account.id,
    uid: account.uid,
    username: account.username,
    email: account.email,
    phone_number: account.phoneNumber,
    first_name: account.firstName,
    last_name: account.lastName,
    locale: account.locale ?? null,
    is_active: isActive(account),
    is_staff: account.isStaff,
    is_superuser: account.isSuperuser,
    date_joined: jsonTime(account.createdAt),
    last_login: jsonTime(account.lastLoginAt),
  }
}

function stateOf(account: Account): string {
  return isActive(account) ? 'active' : 'deactivated'
}

function rightsOf({ isStaff, isSuperuser }: Account): string {
  if (isSuperuser) return 'superuser'
  return isStaff ? 'staff' : ''
}
