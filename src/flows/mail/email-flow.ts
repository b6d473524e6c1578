import type { Static, TObject } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import type { OwnPermission } from '../../permissions/permission.ts'
import type { Caller } from '../rights/actor.ts'

/** One thing that is done by way of somebody's mailbox: it is asked for, a link is sent, and the link confirms it. */
export type EmailFlow<Ask extends TObject = TObject, Confirmation extends TObject = TObject> = {
  /** Names its tokens and its message, and stands in its paths. */
  purpose: string
  /** How long a link is good. */
  lifetimeMs: number
  ask: AskByAddress | AskByAccount<Ask>
  confirm: Confirm<Confirmation>
  /** The page that its link leads to. Opening it does nothing; what it says and asks for is in `web/src/mailed-links/`. */
  page: { path: string }
}

/** Anybody may ask, with an address; all accounts that have it and that it is for are sent a link each. */
type AskByAddress = {
  by: 'address'
  /** Below `/api/v1`. */
  path: string
  summary: string
  isFor(account: Account): boolean
}

/** Somebody who is logged in asks. */
type AskByAccount<Body extends TObject> = {
  by: 'caller' | 'staff'
  /** With `staff`: the permission it takes. */
  permission?: OwnPermission
  /** Below `/api/v1`. */
  path: string
  summary: string
  body: Body
  start(body: Static<Body>, caller: Caller, origin: RequestOrigin): Promise<void>
}

/** What the link does. The token is the proof; nobody need be logged in. */
type Confirm<Body extends TObject> = {
  /** Below `/api/v1`. */
  path: string
  summary: string
  /** Has a `token`. */
  body: Body
  /**
   * Uses the token up, unless something else is at fault: then it may be tried again.
   *
   * @returns the account it made, if it made one
   * @throws AuthError `one_time_token_not_valid`, `invalid_fields`
   */
  confirm(body: Static<Body>, origin: RequestOrigin): Promise<Account | undefined>
}
