import type { Account } from '../../accounts/account.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { actingAccount, actingStranger, type RequestOrigin } from '../../audit/origin.ts'
import type { JoinedRights } from '../../permissions/group.ts'
import type { Session } from '../../sessions/session.ts'

/** The owner of a verified access token. */
export type Caller = {
  account: Account
  /** The session of the token; undefined if sessions are not checked and the token names none. */
  sessionId: string | undefined
  session: Session | undefined
  /** The rights of the account, if they were read together with it. */
  rights?: JoinedRights | undefined
}

/** An administrator: an account that acts on other accounts. Each flow reads their rights again in its transaction. */
export type Administrator = {
  kind: 'administrator'
  caller: Caller
  origin: RequestOrigin
  /** As in djoser, being staff is enough for this change; no permission is needed. Default: false. */
  isStaffEnough?: boolean
}

/** An account that acts on itself, after it has proven what the flow requires. */
export type Owner = {
  kind: 'owner'
  caller: Caller
  origin: RequestOrigin
  /** Whether the contract lets owners replace their address. Default: false, because that has a flow of its own. */
  mayChangeAddress?: boolean
}

/** Somebody who can read the mail of an account: a one-time token that was mailed there is the proof. */
type Recipient = { kind: 'recipient'; accountId: number; origin: RequestOrigin }

/** Somebody without an account. */
export type Stranger = { kind: 'stranger'; origin: RequestOrigin }

/** A hook of the deployment, which vouches for somebody without an account: it has all rights of the server. */
export type Voucher = { kind: 'voucher'; origin: RequestOrigin }

/** A program with a service credential. */
export type Service = { kind: 'service'; name: string; origin: RequestOrigin }

/** Anybody who can run commands on the server's machine. They may do everything. */
type CommandLine = { kind: 'command_line' }

/** Latchkey itself, by its own rules. */
type Server = { kind: 'server' }

/**
 * Who makes a change. Every operation is one flow and takes the actor. In its transaction, the flow checks what this
 * actor may do, and it records the same events for all actors.
 */
export type Actor = Owner | Administrator | Recipient | Stranger | Voucher | Service | CommandLine | Server

/** Actors that may change any account. */
export type Manager = Administrator | CommandLine

export const commandLine: CommandLine = { kind: 'command_line' }

const nowhere = { address: '', userAgent: '' }

/** The actor in the audit log. */
export function auditOriginOf(actor: Actor): AuditOrigin {
  switch (actor.kind) {
    case 'owner':
    case 'administrator':
      return actingAccount(actor.caller.account.id, actor.origin)
    case 'recipient':
      return actingAccount(actor.accountId, actor.origin)
    case 'stranger':
      return actingStranger(actor.origin)
    case 'voucher':
      return { ...actingStranger(actor.origin), actor: 'server' }
    case 'service':
      return { ...actingStranger(actor.origin), actor: { service: actor.name } }
    case 'command_line':
    case 'server':
      return { actor: actor.kind, ...nowhere }
  }
}
