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
export type LatchkeyConfig = { hooks?: Hooks }

/**
 * Functions of the deployment that Latchkey waits for, at most HOOK_TIMEOUT. Those that are called `before…` may refuse.
 * One that throws or takes too long refuses as well, with 503. What those called `after…` return or throw changes nothing.
 */
export type Hooks = {
  /** Somebody is about to register, or to accept an invitation. All their fields are in order. */
  beforeRegistration?: Hook<RegistrationEvent, HookRefusal>
  /** They have. */
  afterRegistration?: Hook<AccountEvent, undefined>
  /** Somebody has proven their password and is about to be logged in. */
  beforeLogin?: Hook<AccountEvent, HookRefusal>
  /** They are. Before the answer is sent. */
  afterLogin?: Hook<SessionEvent, undefined>
  /** An access token is about to be made, at a login or a refresh. Says what claims it is to have beside Latchkey's. */
  beforeToken?: Hook<TokenEvent, HookRefusal | HookClaims>
  /** Somebody has proven that they may change a password, and the new one is good enough. Neither is shown. */
  beforePasswordChange?: Hook<PasswordChangeEvent, HookRefusal>
}

export type HookName = keyof Hooks

/** May return nothing: then all is well. */
export type Hook<Event, Answer> = (
  event: Event,
  context: HookContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: functions without a return are what most hooks are
) => Answer | undefined | void | Promise<Answer | undefined | void>

/** What a hook is given beside the event. */
export type HookContext = {
  /** Aborted when nobody waits for the hook any more. To be handed to `fetch` and the like. */
  signal: AbortSignal
}

/** Refuses what was asked for: with 403, or with 400 if it is about a field. */
export type HookRefusal = {
  refuse: {
    /** For programs: lower-case letters, digits and `_`; none of Latchkey's own codes. */
    code: string
    /** For people; at most 500 characters. */
    message: string
    /** The field of the request that it is about, such as `email`. */
    field?: string
  }
}

/** Further claims of an access token: JSON, at most 1 KiB. They replace none of Latchkey's own. */
export type HookClaims = { claims: Readonly<Record<string, unknown>> }

/** Who makes a request, as far as the request says so: nothing of it is proven but the address. */
export type HookRequest = { address: string; userAgent: string }

/** An account, without anything that is secret. */
export type HookAccount = {
  id: number
  username: string
  email: string
  isEmailVerified: boolean
  firstName: string
  lastName: string
  phoneNumber: string
  /** The fields that the deployment declares. */
  profile: Readonly<Record<string, unknown>>
  isStaff: boolean
  isSuperuser: boolean
  /** Epoch milliseconds. */
  createdAt: number
}

/** `invitation`: an administrator has invited this very address. */
export type RegistrationEvent = {
  account: Pick<HookAccount, 'username' | 'email' | 'firstName' | 'lastName' | 'phoneNumber' | 'profile'>
  by: 'registration' | 'invitation'
  request: HookRequest
}

/** Something is done to, or by, an account. */
export type AccountEvent = { account: HookAccount; request: HookRequest }

/** The same, in one of its sessions. */
export type SessionEvent = AccountEvent & {
  session: {
    /** The `sid` of its tokens. */
    id: string
    /** How the login was proven: RFC 8176 values. */
    amr: readonly string[]
  }
}

/** `by`: what the token is made for. */
export type TokenEvent = SessionEvent & { by: 'login' | 'refresh' }

/** `reset`: by way of a mail. */
export type PasswordChangeEvent = AccountEvent & { by: 'change' | 'reset' }
