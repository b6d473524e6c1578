import type { UrlMap, ViewName } from './urls.ts'

/**
 * What `latchkey.config.ts` exports as its default:
 *
 *     import type { LatchkeyConfig } from 'latchkey'
 *
 *     export default {
 *       hooks: {
 *         beforeToken: ({ account }) => ({ claims: { tenant: account.profile.tenant } }),
 *       },
 *     } satisfies LatchkeyConfig
 */
export type LatchkeyConfig = {
  hooks?: Hooks
  /** Your own paths for the classic views and those of djoser: see docs/urls.md. */
  urls?: UrlMap
}

/**
 * The deployment's functions, which Latchkey calls and waits for, at most HOOK_TIMEOUT. A `before…` hook may refuse. If
 * it throws or takes too long, the operation is refused with 503. What an `after…` hook returns or throws changes
 * nothing.
 */
export type Hooks = {
  /** Before a registration or an accepted invitation. All fields are valid. */
  beforeRegistration?: Hook<RegistrationEvent, HookRefusal>
  /** After the registration. */
  afterRegistration?: Hook<AccountEvent, undefined>
  /** After the password was verified, before the session starts. */
  beforeLogin?: Hook<AccountEvent, HookRefusal>
  /** After the session has started, before the response. */
  afterLogin?: Hook<SessionEvent, undefined>
  /** Before an access token is issued, at login or refresh. Returns claims to add to Latchkey's own. */
  beforeToken?: Hook<TokenEvent, HookRefusal | HookClaims>
  /**
   * Before a password changes. The old password or mailed link was verified, and the new password follows the rules.
   * The hook sees neither.
   */
  beforePasswordChange?: Hook<PasswordChangeEvent, HookRefusal>
  /**
   * Before a classic or djoser view sends a successful response about one account: a login, a registration, a profile.
   * Returns members to add. They cannot replace existing members.
   */
  addToAnswer?: Hook<AnswerEvent, HookMembers>
  /**
   * At a login that only your previous system can decide: to an account whose stored hash Latchkey cannot verify, such
   * as an imported one, or with a name that no account here has. Returns whether the password is right and, for such a
   * name, the account to create. Latchkey then stores a hash of its own, and does not call the hook again. For a name
   * without an account, the user gets either the new account or the refusal of a wrong password, whatever the hook
   * returns or throws.
   */
  verifyUnknownPassword?: Hook<UnknownPasswordEvent, HookVerdict>
}

/**
 * A login that only the deployment can decide. The only event with a password and a hash: keep them out of logs.
 * `username`: the name as typed, which may be an address or a phone number. Without `account`, no account here has that
 * name.
 */
export type UnknownPasswordEvent = { username: string; password: string; request: HookRequest } & (
  | { account: HookAccount; hash: string }
  | { account: undefined; hash: undefined }
)

/**
 * Whether the password is right; nothing means that it is not. `account`: the account to create if no account here has
 * the name. Ignored if one has it.
 */
export type HookVerdict = { verified: boolean; account?: HookNewAccount }

/**
 * The account of a user who is moved at the first login. The typed name must be one of its login names: its username
 * or, if LOGIN_WITH allows it, its address or phone number.
 */
export type HookNewAccount = {
  /** Default: the typed name; if that is an address or a phone number, Latchkey derives a username instead. */
  username?: string
  email?: string
  /** Whether your system has confirmed the address. Default: false. */
  isEmailVerified?: boolean
  firstName?: string
  lastName?: string
  phoneNumber?: string
  /** Your own profile fields, valid against the schema that you declared. */
  profile?: Readonly<Record<string, unknown>>
  /** Names of groups, which must exist. */
  groups?: readonly string[]
  /** The id that tokens contain: the account's primary key in your system. Default: as for any new account. */
  uid?: string | number
}

export type HookName = keyof Hooks

/** May return nothing; the operation then proceeds. */
type Hook<Event, Answer> = (
  event: Event,
  context: HookContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: functions without a return are what most hooks are
) => Answer | undefined | void | Promise<Answer | undefined | void>

/** What a hook receives besides the event. */
type HookContext = {
  /** Aborted when Latchkey stops waiting for the hook. Pass it to `fetch` and similar functions. */
  signal: AbortSignal
}

/** Refuses the operation: with 403, or with 400 if it names a field. */
type HookRefusal = {
  refuse: {
    /** For programs: lower-case letters, digits and `_`; not one of Latchkey's own codes. */
    code: string
    /** For people; at most 500 characters. */
    message: string
    /** The field of the request that the refusal is about, such as `email`. */
    field?: string
  }
}

/** Additional claims of an access token: JSON, at most 1 KiB. They cannot replace Latchkey's own. */
type HookClaims = { claims: Readonly<Record<string, unknown>> }

/** Members for a response: JSON, at most 16 KiB. */
type HookMembers = { members: Readonly<Record<string, unknown>> }

/** Where a request comes from. Only the address is verified. */
export type HookRequest = { address: string; userAgent: string }

/** An account without any secrets. */
export type HookAccount = {
  id: number
  /** The id of the account in tokens: their `sub`. */
  uid: string
  username: string
  /** Empty if it has none. */
  email: string
  isEmailVerified: boolean
  firstName: string
  lastName: string
  /** Empty if it has none. */
  phoneNumber: string
  /** The profile fields that you declared. */
  profile: Readonly<Record<string, unknown>>
  isStaff: boolean
  isSuperuser: boolean
  /** Epoch milliseconds. */
  createdAt: number
}

/** `invitation`: an administrator invited this address. */
export type RegistrationEvent = {
  account: Pick<HookAccount, 'username' | 'email' | 'firstName' | 'lastName' | 'phoneNumber' | 'profile'>
  by: 'registration' | 'invitation'
  request: HookRequest
}

/** An event about an account. */
type AccountEvent = { account: HookAccount; request: HookRequest }

/** The same, in one of its sessions. */
export type SessionEvent = AccountEvent & {
  session: {
    /** The `sid` of its tokens. */
    id: string
    /** How the user authenticated: RFC 8176 values. */
    amr: readonly string[]
  }
}

/** `by`: what the token is issued for. */
export type TokenEvent = SessionEvent & { by: 'login' | 'refresh' }

/** `reset`: with a mailed link. */
type PasswordChangeEvent = AccountEvent & { by: 'change' | 'reset' }

/** A response about an account that is about to be sent. */
export type AnswerEvent = AccountEvent & {
  view: ViewName
  /** The path where the view is mounted, such as `/api/auth/login/`. */
  path: string
}
