import type { SessionEndReason } from '../sessions/session.ts'
import type { JwtAlgorithm } from '../tokens/jwt-key.ts'

/** Who did it: an account, a program with a service credential, a stranger, the command line, or Latchkey of its own accord. */
export type AuditActor = { accountId: number } | { service: string } | 'anonymous' | 'command_line' | 'server'

/** Who did it and from where. Kept with every event. */
export type AuditOrigin = {
  actor: AuditActor
  /** The client's address; empty if no request was made. */
  address: string
  userAgent: string
}

type OfAccount = { accountId: number }
type OfSession = OfAccount & { sessionId: string }
type OfGroup = { groupId: number; name: string }
type OfMember = OfAccount & OfGroup
type OfWebhook = { accountId: undefined; webhookId: string }
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
  'account.invited': { accountId: undefined }
  'account.rights_changed': OfAccount & { isStaff: boolean; isSuperuser: boolean }
  'account.permissions_changed': OfAccount & PermissionChange
  'group.created': OfGroup & { permissions: readonly string[] }
  'group.changed': OfGroup & PermissionChange & { fields: readonly string[] }
  'group.deleted': OfGroup
  'group.member_added': OfMember
  'group.member_removed': OfMember
  'login.succeeded': OfSession & { amr: readonly string[] }
  'login.failed': { accountId: number | undefined; reason: LoginFailure }
  'session.ended': OfSession & { reason: SessionEndReason }
  'session.adopted': OfSession
  'refresh.replayed': OfSession & { generationsBehind: number }
  'password.changed': OfAccount
  'password.reset': OfAccount
  'password.removed': OfAccount
  'email.verified': OfAccount
  'email.change_asked': OfAccount
  'email.changed': OfAccount
  'mail.dropped': { accountId: number | undefined; mailId: string; kind: string }
  'webhook.created': OfWebhook & { events: readonly string[] }
  'webhook.changed': OfWebhook & { fields: readonly string[] }
  'webhook.deleted': OfWebhook
  'key.created': OfKey
  'key.activated': OfKey
  'key.superseded': OfKey
  'key.retired': OfKey
}

type PermissionChange = { added: readonly string[]; removed: readonly string[] }

export type AuditEventName = keyof AuditFields

/** Why a login failed; only the log knows, the answer never tells. */
export type LoginFailure =
  | 'unknown_account'
  | 'wrong_password'
  | 'inactive_account'
  | 'unverified_email'
  | 'refused_by_hook'

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
  'account.invited': { meaning: 'An administrator invited somebody to make an account.', facts: {} },
  'account.rights_changed': {
    meaning: 'The account was made an administrator or ceased to be one.',
    facts: { isStaff: 'whether it may administer now', isSuperuser: 'whether it may do everything now' },
  },
  'account.permissions_changed': {
    meaning: 'What the account is permitted by itself was changed.',
    facts: { added: 'the permissions it was given', removed: 'those that were taken from it' },
  },
  'group.created': {
    meaning: 'A group was made.',
    facts: { groupId: 'its id', name: 'its name', permissions: 'what its members may do' },
  },
  'group.changed': {
    meaning: 'A group was renamed, described anew, or given other permissions.',
    facts: {
      groupId: 'its id',
      name: 'its name now',
      fields: 'the names of the changed fields',
      added: 'the permissions it was given',
      removed: 'those that were taken from it',
    },
  },
  'group.deleted': { meaning: 'A group was deleted.', facts: { groupId: 'its id', name: 'its last name' } },
  'group.member_added': {
    meaning: 'The account was taken into a group.',
    facts: { groupId: "the group's id", name: "the group's name" },
  },
  'group.member_removed': {
    meaning: 'The account was taken out of a group.',
    facts: { groupId: "the group's id", name: "the group's name" },
  },
  'login.succeeded': {
    meaning: 'A login began the session.',
    facts: { amr: 'how it was proven, RFC 8176 values' },
  },
  'login.failed': {
    meaning: 'A login was refused; with the account if the name is that of one.',
    facts: {
      reason: '`unknown_account`, `wrong_password`, `inactive_account`, `unverified_email` or `refused_by_hook`',
    },
  },
  'session.ended': { meaning: 'One session ended.', facts: { reason: 'why, of the list of end reasons' } },
  'session.adopted': {
    meaning: 'A refresh token of the server that Latchkey took the place of began the session.',
    facts: {},
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
  'password.removed': { meaning: 'An administrator took the password away, to have another one set.', facts: {} },
  'email.verified': { meaning: "The e-mail address was proven to be its owner's.", facts: {} },
  'email.change_asked': { meaning: 'Another e-mail address was asked for; it has yet to be proven.', facts: {} },
  'email.changed': { meaning: 'The e-mail address was replaced by another, which was proven.', facts: {} },
  'mail.dropped': {
    meaning: 'An administrator had a mail not sent; with the account that it was about.',
    facts: { mailId: 'its id', kind: 'which message it was' },
  },
  'webhook.created': {
    meaning: 'A webhook was made.',
    facts: { webhookId: 'its id', events: 'the events it is told' },
  },
  'webhook.changed': {
    meaning: 'A webhook was changed, or said that it wants to be told nothing any more (410 Gone).',
    facts: { webhookId: 'its id', fields: 'the names of the changed fields' },
  },
  'webhook.deleted': { meaning: 'A webhook was deleted.', facts: { webhookId: 'its id' } },
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
