import type { Static, TObject } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import type { ErrorCode } from '../../errors.ts'
import type { MessageValues } from '../../mail/mail.ts'
import type { OwnPermission } from '../../permissions/permission.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { Caller } from '../rights/actor.ts'

/** One operation that is confirmed by email: a request, a mailed link, and the confirmation with that link. */
export type EmailFlow<Ask extends TObject = TObject, Confirmation extends TObject = TObject> = {
  /** Names its tokens and its message, and is part of its paths. */
  purpose: string
  /** How long a link is valid. */
  lifetimeMs: number
  ask: AskByAddress | AskByAccount<Ask>
  confirm: Confirm<Confirmation>
}

/** An operation whose links are confirmed elsewhere than in v1: the parts that determine its mail. */
export type MailedFlow = Pick<EmailFlow, 'purpose' | 'lifetimeMs'> & {
  ask: Pick<AskByAddress, 'by' | 'isFor' | 'mayAsk'> & LinkRules
}

/** The differences if links lead to your own front end. */
export type LinkRules = {
  /** Whether the typed address must equal the stored one exactly. Default: upper and lower case do not matter. */
  isExact?: boolean
  /** Further conditions for an account. */
  qualifies?(db: Queryable, account: Account): Promise<boolean>
  /** What the link depends on instead of the account's version. */
  stateOf?(db: Queryable, account: Account): Promise<string>
  /** The address of the link, with `{token}` in place of the token. */
  linkOf?(account: Account): string
  /** Values of the message besides its own. */
  values?: MessageValues
}

/** Anyone may request it, with an address. Every qualifying account with that address gets a link. */
type AskByAddress = {
  by: 'address'
  /** Below `/api/v1`. */
  path: string
  summary: string
  isFor(account: Account): boolean
  /** Whether the owner may ask for it by typing the address. Default: yes. An administrator always may. */
  mayAsk?(db: Queryable, account: Account): Promise<boolean>
}

/** A logged-in user requests it. */
type AskByAccount<Body extends TObject> = {
  by: 'caller' | 'staff'
  /** With `staff`: the required permission. */
  permission?: OwnPermission
  /** Below `/api/v1`. */
  path: string
  summary: string
  body: Body
  start(body: Static<Body>, caller: Caller, origin: RequestOrigin): Promise<void>
}

/** The effect of the link. The token is the proof; no login is needed. */
type Confirm<Body extends TObject> = {
  /** Below `/api/v1`. */
  path: string
  summary: string
  /** The refusals besides those of the token. */
  refusals?: readonly ErrorCode[]
  /** Has a `token`. */
  body: Body
  /**
   * Uses the token, unless something else is wrong; then the token can be used again.
   *
   * @returns the account it created, if any
   * @throws AuthError `one_time_token_not_valid`, `invalid_fields`, and `refusals`
   */
  confirm(body: Static<Body>, origin: RequestOrigin): Promise<Account | undefined>
}
