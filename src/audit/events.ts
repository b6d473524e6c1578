import type { SessionEndReason } from '../sessions/session.ts'
import type { JwtAlgorithm } from '../tokens/jwt-key.ts'

/** Who did it: an account, a stranger, somebody at the command line, or Latchkey of its own accord. */
export type AuditActor = { accountId: number } | 'anonymous' | 'command_line' | 'server'

/** Who did it and from where. Kept with every event. */
export type AuditOrigin = {
  actor: AuditActor
  /** The client's address; empty if no request was made. */
  address: string
  userAgent: string
}

type OfAccount = { accountId: number }
type OfSession = OfAccount & { sessionId: string }
type OfKey = { kid: string; algorithm: JwtAlgorithm }

/**
 * Every event and its fields. What changes who may do what is an event, and so is each attempt to log in; a refresh or
 * a verification is not, for the log would grow with traffic. Who did it is said by the origin: an account that another
 * one deactivated was deactivated by an administrator.
 *
 * No field holds a token, password, hash or secret, or a text that a stranger has chosen.
 */
export type AuditFields = {
  'account.registered': OfAccount
  'account.created': OfAccount
  'account.changed': OfAccount & { fields: readonly string[] }
  'account.activated': OfAccount
  'account.deactivated': OfAccount
  'account.deleted': OfAccount
  'account.rights_changed': OfAccount & { isStaff: boolean; isSuperuser: boolean }
  'login.succeeded': OfSession & { amr: readonly string[] }
  'login.failed': { accountId: number | undefined; reason: LoginFailure }
  'session.ended': OfSession & { reason: SessionEndReason }
  'sessions.ended': OfAccount & { reason: SessionEndReason; count: number }
  'refresh.replayed': OfSession & { generationsBehind: number }
  'password.changed': OfAccount
  'password.reset': OfAccount
  'key.created': OfKey
  'key.activated': OfKey
  'key.superseded': OfKey
  'key.retired': OfKey
}

export type AuditEventName = keyof AuditFields

/** Why a login failed; only the log knows, the answer never tells. */
export type LoginFailure = 'unknown_account' | 'wrong_password' | 'inactive_account'

/** What each event says, and what its fields beside account and session are; for the manual and the API's description. */
export const auditEvents: {
  readonly [E in AuditEventName]: {
    readonly meaning: string
    readonly facts: { readonly [F in Exclude<keyof AuditFields[E], 'accountId' | 'sessionId'>]: string }
  }
} = {
  'account.registered': { meaning: 'Somebody registered the account.', facts: {} },
  'account.created': { meaning: 'An administrator or the command line made the account.', facts: {} },
  'account.changed': { meaning: 'The profile was changed.', facts: { fields: 'the names of the changed fields' } },
  'account.activated': { meaning: 'The account may be used again.', facts: {} },
  'account.deactivated': { meaning: 'The account may no longer be used; all its sessions are over.', facts: {} },
  'account.deleted': { meaning: 'The account was deleted; all its sessions are over.', facts: {} },
  'account.rights_changed': {
    meaning: 'The account was made an administrator or ceased to be one.',
    facts: { isStaff: 'whether it may administer now', isSuperuser: 'whether it may do everything now' },
  },
  'login.succeeded': {
    meaning: 'A login began the session.',
    facts: { amr: 'how it was proven, RFC 8176 values' },
  },
  'login.failed': {
    meaning: 'A login was refused; with the account if the name is that of one.',
    facts: { reason: '`unknown_account`, `wrong_password` or `inactive_account`' },
  },
  'session.ended': { meaning: 'One session ended.', facts: { reason: 'why, of the list of end reasons' } },
  'sessions.ended': {
    meaning: 'Several sessions of the account ended at once.',
    facts: { reason: 'why, of the list of end reasons', count: 'how many' },
  },
  'refresh.replayed': {
    meaning: 'A refresh token was presented that had been used before: stolen, or kept by a careless client.',
    facts: { generationsBehind: 'how many rotations ago it was the current one' },
  },
  'password.changed': {
    meaning: 'The password was changed by somebody who knew it, or by an administrator.',
    facts: {},
  },
  'password.reset': { meaning: 'The password was replaced by way of the e-mail address.', facts: {} },
  'key.created': {
    meaning: 'A signing key was made and published.',
    facts: { kid: 'its key id', algorithm: 'what it signs with' },
  },
  'key.activated': {
    meaning: 'A signing key began to sign.',
    facts: { kid: 'its key id', algorithm: 'what it signs with' },
  },
  'key.superseded': {
    meaning: 'A signing key signs no more; it verifies until its tokens have expired.',
    facts: { kid: 'its key id', algorithm: 'what it signed with' },
  },
  'key.retired': {
    meaning: 'A signing key was destroyed; what it signed is refused.',
    facts: { kid: 'its key id', algorithm: 'what it signed with' },
  },
}

/** Whether a text names an event. */
export function isAuditEventName(text: string): text is AuditEventName {
  return Object.hasOwn(auditEvents, text)
}
