/** A rate: `count` times in a window that starts with the first one. */
export type Rate = { count: number; windowMs: number }

/** The facts about a limit. */
type LimitFacts = {
  /** The setting that changes it, and its default. */
  setting: string
  default: string
  /** What it protects, for the manual. */
  description: string
  /**
   * `requests`: every request. `failures`: only failures. An attempt counts before it is checked, so that parallel ones
   * cannot slip past, and is taken back unless it fails. `failures in a row`: the same, and a success resets the count.
   */
  counts: 'requests' | 'failures' | 'failures in a row'
  /** Whether processes on one PostgreSQL count together. Otherwise each counts on its own, at no cost. */
  isShared: boolean
}

/** Every limit. Its name is also the name of its policy in the `RateLimit` header fields, and in the log. */
export const limits = {
  'requests-per-address': {
    setting: 'LIMIT_REQUESTS_PER_ADDRESS',
    default: '30000/1m',
    description:
      'Requests from one address to endpoints that need no login: register, log in, refresh, verify. This only ' +
      'stops runaway clients; each process counts on its own.',
    counts: 'requests',
    isShared: false,
  },
  'registration-per-address': {
    setting: 'LIMIT_REGISTRATION_PER_ADDRESS',
    default: '60/1h',
    description:
      'Registration requests from one address. Refused ones count too, because they reveal which usernames are ' +
      'taken.',
    counts: 'requests',
    isShared: true,
  },
  'login-per-address': {
    setting: 'LIMIT_LOGIN_PER_ADDRESS',
    default: '25/5m',
    description: 'Failed logins from one address, for any account.',
    counts: 'failures',
    isShared: true,
  },
  'login-per-address-and-account': {
    setting: 'LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT',
    default: '10/15m',
    description: 'Failed logins from one address for one account. A successful login resets the count.',
    counts: 'failures in a row',
    isShared: true,
  },
  'login-per-account': {
    setting: 'LIMIT_LOGIN_PER_ACCOUNT',
    default: '50/1h',
    description:
      'Failed logins for one account from all unfamiliar addresses together: those without a login to this ' +
      'account in the last 90 days.',
    counts: 'failures',
    isShared: true,
  },
  'second-factor-per-account': {
    setting: 'LIMIT_SECOND_FACTOR_PER_ACCOUNT',
    default: '10/15m',
    description:
      'Wrong codes for the second factor of one account, whatever the factor and however many logins were begun. The right ' +
      'code resets the count. Wrong codes of logins by email count separately, per address. Passkeys cannot be guessed, so this limit does not apply to them.',
    counts: 'failures in a row',
    isShared: true,
  },
  'password-confirmation-per-account': {
    setting: 'LIMIT_PASSWORD_CONFIRMATION_PER_ACCOUNT',
    default: '10/1h',
    description:
      'Wrong passwords from a logged-in user who must confirm the password, for example to change it. The ' +
      'right password resets the count.',
    counts: 'failures in a row',
    isShared: true,
  },
  'refresh-per-token': {
    setting: 'LIMIT_REFRESH_PER_TOKEN',
    default: '60/1m',
    description:
      'Refreshes with the same refresh token, after the first one. This slows down clients that keep an old token or are ' +
      'caught in a loop. Each process counts on its own.',
    counts: 'failures',
    isShared: false,
  },
  'mail-request-per-address': {
    setting: 'LIMIT_MAIL_REQUEST_PER_ADDRESS',
    default: '30/1h',
    description: 'Requests from one address for an email, for example to reset a password.',
    counts: 'requests',
    isShared: true,
  },
  'mail-request-per-recipient': {
    setting: 'LIMIT_MAIL_REQUEST_PER_RECIPIENT',
    default: '5/1h',
    description:
      'Requests for one kind of email to one address, from all clients together. Registrations count too, and the address ' +
      'need not be known. This keeps mailboxes from being flooded. Links that were already sent remain valid. A ' +
      'registration beyond the limit succeeds, but sends no email.',
    counts: 'requests',
    isShared: true,
  },
} as const satisfies Record<string, LimitFacts>

export type LimitName = keyof typeof limits

/** Limits on an address, which apply before anything else about a request is known. */
export type AddressLimit = Extract<LimitName, `${string}-per-address`>

export const limitNames = Object.keys(limits) as LimitName[]

/** The client that a limit refuses; the account only if it is known. */
export type LimitedClient = { address: string; accountId?: number | undefined }

/** One limit, and the key it counts under: an address, an account, or both. */
export type Claim = { limit: LimitName; key: string }

/** How long an address stays known to an account after its last login from there. */
export const KNOWN_NETWORK_MS = 90 * 86_400_000

/**
 * The limits that a login attempt counts under. The first and last of them stop guessing from one address; the second
 * stops guessing from many. The second does not apply on networks where the account recently logged in, so nobody can
 * lock the owner out there. `docs/decisions/0007-login-limits.md` gives the reasons. The narrowest limit comes first,
 * so that a refused client counts nowhere else.
 *
 * @param accountKey the same for all spellings of a name, and present for unknown names too: see `accountKey()`
 */
export function loginClaims(network: string, accountKey: string, isKnownNetwork: boolean): Claim[] {
  return [
    { limit: 'login-per-address-and-account', key: `${network} ${accountKey}` },
    ...(isKnownNetwork ? [] : [{ limit: 'login-per-account', key: accountKey } as const]),
    { limit: 'login-per-address', key: network },
  ]
}

/** The limits that wrong passwords of a logged-in user count under. */
export function passwordConfirmationClaims(accountId: number): Claim[] {
  return [{ limit: 'password-confirmation-per-account', key: String(accountId) }]
}

/** The limit that wrong codes for the second factor of an account count under. */
export function secondFactorClaims(accountId: number): Claim[] {
  return [{ limit: 'second-factor-per-account', key: String(accountId) }]
}

/**
 * The limit that wrong codes of logins by email count under, across all challenges. They do not count with the codes of
 * a second factor, because somebody who knows only an address must not exhaust those.
 *
 * @param digestOfAddress of the email address, so that no stranger's text is stored
 */
export function mailedCodeClaim(digestOfAddress: string): Claim {
  return { limit: 'second-factor-per-account', key: `mail ${digestOfAddress}` }
}

/** The limit that presentations of one refresh token count under. */
export function refreshClaim(sessionId: string | undefined, tokenId: string | undefined): Claim {
  return { limit: 'refresh-per-token', key: `${sessionId ?? ''} ${tokenId ?? ''}` }
}

/** @param digestOfAddress of the email address, so that no stranger's text is stored */
export function mailRequestClaim(purpose: string, digestOfAddress: string): Claim {
  return { limit: 'mail-request-per-recipient', key: `${purpose} ${digestOfAddress}` }
}

/**
 * The key that an account counts under, whichever of its identifiers was typed. For an unknown name it is the name's
 * digest, so that unknown names behave the same.
 *
 * @param digestOfName of the name under the database's rule, so that no stranger's text is stored
 */
export function accountKey(accountId: number | undefined, digestOfName: string): string {
  return accountId === undefined ? digestOfName : String(accountId)
}
