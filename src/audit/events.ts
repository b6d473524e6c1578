import type { SessionEndReason } from '../sessions/session.ts'
import type { JwtAlgorithm } from '../tokens/jwt-key.ts'

/** Who acted: an account, a service, a stranger, the command line, or Latchkey itself. */
export type AuditActor = { accountId: number } | { service: string } | 'anonymous' | 'command_line' | 'server'

/** Who acted and from where. Stored with every event. */
export type AuditOrigin = {
  actor: AuditActor
  /** The client's address; empty if there was no request. */
  address: string
  userAgent: string
}

type OfAccount = { accountId: number }
type OfSession = OfAccount & { sessionId: string }
type OfGroup = { groupId: number; name: string }
type OfMember = OfAccount & OfGroup
type OfWebhook = { accountId: undefined; webhookId: string }
type OfPost = OfAccount & { postId: number }
type OfFactor = OfAccount & { factorId: string; type: string }
type OfKey = { kid: string; algorithm: JwtAlgorithm }

/**
 * Every event and its fields. A change to what an account is or may do is an event, and so is every login attempt. A
 * refresh or a verification is not, because the log would grow with traffic. The origin says who acted: if another
 * account deactivated this one, an administrator did it.
 *
 * No field contains a token, password, hash or secret, or a text chosen by a stranger.
 */
export type AuditFields = {
  'account.registered': OfAccount
  'account.created': OfAccount
  'account.changed': OfAccount & { fields: readonly string[] }
  'account.activated': OfAccount
  'account.deactivated': OfAccount
  'account.deleted': OfAccount & { uid: string }
  'account.invited': { accountId: undefined }
  'account.rights_changed': OfAccount & { isStaff: boolean; isSuperuser: boolean }
  'account.permissions_changed': OfAccount & PermissionChange
  'group.created': OfGroup & { permissions: readonly string[] }
  'group.changed': OfGroup & PermissionChange & { fields: readonly string[] }
  'group.deleted': OfGroup
  'group.member_added': OfMember
  'group.member_removed': OfMember
  'login.succeeded': OfSession & { amr: readonly string[] }
  'login.challenged': OfAccount & { factors: readonly string[] }
  'login.failed': { accountId: number | undefined; reason: LoginFailure }
  'session.proven': OfSession & { amr: readonly string[] }
  'factor.added': OfFactor
  'factor.removed': OfFactor
  'recovery_code.used': OfAccount & { left: number }
  'recovery_code.issued': OfAccount
  'recovery.asked': OfAccount & { what: string }
  'recovery.cancelled': OfAccount & { what: string }
  'passkey.counter_regressed': OfAccount & { factorId: string }
  'device.trusted': OfAccount & { deviceId: string }
  'device.untrusted': OfAccount & { deviceId: string }
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
  'mail.retried': { accountId: number | undefined; mailId: string; kind: string }
  'mail.all_retried': { accountId: undefined; count: number }
  'webhook.created': OfWebhook & { events: readonly string[] }
  'webhook.changed': OfWebhook & { fields: readonly string[] }
  'webhook.deleted': OfWebhook
  'webhook.retried': OfWebhook & { count: number }
  'webhook.replayed': OfWebhook & { eventId: number }
  'limit.lifted': { accountId: number | undefined; limit: string }
  'post.changed': OfPost & { fields: readonly string[] }
  'post.deleted': OfPost
  'export.written': { accountId: undefined; accounts: number }
  'import.finished': { accountId: undefined; source: string; created: number; updated: number; deleted: number }
  'key.created': OfKey
  'key.activated': OfKey
  'key.rotation_scheduled': OfKey
  'key.superseded': OfKey
  'key.retired': OfKey
}

type PermissionChange = { added: readonly string[]; removed: readonly string[] }

export type AuditEventName = keyof AuditFields

/** Why a login failed. Only the log shows it, never the response. */
export type LoginFailure =
  | 'unknown_account'
  | 'wrong_password'
  | 'unverifiable_hash'
  | 'inactive_account'
  | 'unverified_email'
  | 'refused_by_hook'
  | 'wrong_second_factor'
  | 'wrong_passkey'
  | 'wrong_mailed_code'

/**
 * What each event means, and what its fields besides account and session mean; for the manual and the API description.
 */
export const auditEvents: {
  readonly [E in AuditEventName]: {
    readonly meaning: string
    readonly facts: { readonly [F in Exclude<keyof AuditFields[E], 'accountId' | 'sessionId'>]: string }
  }
} = {
  'account.registered': { meaning: 'A user registered the account.', facts: {} },
  'account.created': { meaning: 'An administrator or the command line created the account.', facts: {} },
  'account.changed': { meaning: 'The profile was changed.', facts: { fields: 'the names of the changed fields' } },
  'account.activated': { meaning: 'The account was activated again.', facts: {} },
  'account.deactivated': { meaning: 'The account was deactivated, and all its sessions ended.', facts: {} },
  'account.deleted': {
    meaning: 'The account was deleted, and all its sessions ended.',
    facts: { uid: 'what tokens called it' },
  },
  'account.invited': { meaning: 'An administrator invited somebody to create an account.', facts: {} },
  'account.rights_changed': {
    meaning: 'The account became staff or superuser, or stopped being one.',
    facts: { isStaff: 'whether it is staff now', isSuperuser: 'whether it is a superuser now' },
  },
  'account.permissions_changed': {
    meaning: "The account's own permissions were changed.",
    facts: { added: 'the permissions it gained', removed: 'the permissions it lost' },
  },
  'group.created': {
    meaning: 'A group was created.',
    facts: { groupId: 'its id', name: 'its name', permissions: 'the permissions of its members' },
  },
  'group.changed': {
    meaning: 'The name, description or permissions of a group were changed.',
    facts: {
      groupId: 'its id',
      name: 'its current name',
      fields: 'the names of the changed fields',
      added: 'the permissions it gained',
      removed: 'the permissions it lost',
    },
  },
  'group.deleted': { meaning: 'A group was deleted.', facts: { groupId: 'its id', name: 'its name' } },
  'group.member_added': {
    meaning: 'The account was added to a group.',
    facts: { groupId: "the group's id", name: "the group's name" },
  },
  'group.member_removed': {
    meaning: 'The account was removed from a group.',
    facts: { groupId: "the group's id", name: "the group's name" },
  },
  'login.succeeded': {
    meaning: 'A user logged in, and a session started.',
    facts: { amr: 'how the user authenticated, as RFC 8176 values' },
  },
  'login.challenged': {
    meaning: 'A login proved its first factor and now needs a second one.',
    facts: { factors: 'the factors that would do; empty: the login must enrol one' },
  },
  'session.proven': {
    meaning: 'The user of a session proved again who they are.',
    facts: { amr: 'what the session has proven, as RFC 8176 values' },
  },
  'factor.added': {
    meaning: 'A second factor or passkey was added to the account, or its recovery codes were replaced.',
    facts: { factorId: 'its id', type: 'which kind' },
  },
  'factor.removed': {
    meaning: 'A second factor or passkey was removed. The event says who did it.',
    facts: { factorId: 'its id', type: 'which kind' },
  },
  'recovery_code.used': {
    meaning: 'A recovery code was used instead of another factor.',
    facts: { left: 'how many are left' },
  },
  'recovery_code.issued': {
    meaning: 'An administrator or the command line issued a recovery code for somebody who lost their factors.',
    facts: {},
  },
  'recovery.asked': {
    meaning: 'An administrator asked for a recovery, which takes effect after RECOVERY_DELAY.',
    facts: { what: '`remove_factor` or `recovery_code`' },
  },
  'recovery.cancelled': {
    meaning: 'The owner or an administrator cancelled a recovery before it took effect.',
    facts: { what: '`remove_factor` or `recovery_code`' },
  },
  'passkey.counter_regressed': {
    meaning: 'The signature counter of a passkey went back. The passkey may have been copied. The login succeeded.',
    facts: { factorId: 'its id' },
  },
  'device.trusted': {
    meaning: 'The user chose not to be asked for a second factor on this device again.',
    facts: { deviceId: 'its id' },
  },
  'device.untrusted': {
    meaning: 'A trusted device was revoked.',
    facts: { deviceId: 'its id' },
  },
  'login.failed': {
    meaning: 'A login was refused. The event names the account if the name belongs to one.',
    facts: {
      reason:
        '`unknown_account`, `wrong_password`, `unverifiable_hash` (the stored format is not supported), `inactive_account`, `unverified_email`, `refused_by_hook`, `wrong_second_factor`, `wrong_passkey` or `wrong_mailed_code`',
    },
  },
  'session.ended': { meaning: 'A session ended.', facts: { reason: 'one of the end reasons' } },
  'session.adopted': {
    meaning: 'A session started with a refresh token from the server that Latchkey replaced.',
    facts: {},
  },
  'refresh.replayed': {
    meaning: 'A used refresh token was presented again. Either it was stolen, or a client keeps old tokens.',
    facts: { generationsBehind: 'how many rotations ago the token was current' },
  },
  'password.changed': {
    meaning: 'The password was changed by someone who knew it, or by an administrator.',
    facts: {},
  },
  'password.reset': { meaning: 'The password was reset with a mailed link.', facts: {} },
  'password.removed': {
    meaning: 'An administrator removed the password, so that the user must set a new one.',
    facts: {},
  },
  'email.verified': { meaning: 'The owner confirmed the email address.', facts: {} },
  'email.change_asked': {
    meaning: 'A change of the email address was requested. The new address is not confirmed yet.',
    facts: {},
  },
  'email.changed': { meaning: 'The email address was changed to a new, confirmed one.', facts: {} },
  'mail.dropped': {
    meaning: 'An administrator dropped a mail. The event names the account that the mail was about.',
    facts: { mailId: 'its id', kind: 'which message' },
  },
  'mail.retried': {
    meaning: 'An administrator had a postponed mail sent at once. The event names the account that the mail was about.',
    facts: { mailId: 'its id', kind: 'which message' },
  },
  'mail.all_retried': {
    meaning: 'An administrator had all postponed mail sent at once.',
    facts: { count: 'how many mails' },
  },
  'webhook.created': {
    meaning: 'A webhook was created.',
    facts: { webhookId: 'its id', events: 'the events it receives' },
  },
  'webhook.changed': {
    meaning: 'A webhook was changed, or its receiver disabled it with 410 Gone.',
    facts: { webhookId: 'its id', fields: 'the names of the changed fields' },
  },
  'webhook.deleted': { meaning: 'A webhook was deleted.', facts: { webhookId: 'its id' } },
  'webhook.retried': {
    meaning: 'An administrator had the postponed deliveries of a webhook sent at once.',
    facts: { webhookId: 'its id', count: 'how many deliveries' },
  },
  'webhook.replayed': {
    meaning: 'An administrator had an event delivered once more.',
    facts: { webhookId: "the webhook's id", eventId: "the event's id" },
  },
  'limit.lifted': {
    meaning:
      'An administrator lifted a rate limit for somebody whom it held back. The event names the account that was meant.',
    facts: { limit: 'the name of the limit' },
  },
  'post.changed': {
    meaning: 'An administrator changed a post of the account (sample resources).',
    facts: { postId: 'its id', fields: 'the names of the changed fields' },
  },
  'post.deleted': {
    meaning: 'An administrator deleted a post of the account (sample resources).',
    facts: { postId: 'its id' },
  },
  'export.written': { meaning: 'All accounts were exported, with their hashes.', facts: { accounts: 'how many' } },
  'import.finished': {
    meaning: 'Somebody imported accounts from another system. Created accounts have no event of their own.',
    facts: { source: 'the name of the system', created: 'how many accounts', updated: 'how many', deleted: 'how many' },
  },
  'key.created': {
    meaning: 'A signing key was created and published.',
    facts: { kid: 'its key id', algorithm: 'its algorithm' },
  },
  'key.activated': {
    meaning: 'A signing key began to sign tokens.',
    facts: { kid: 'its key id', algorithm: 'its algorithm' },
  },
  'key.rotation_scheduled': {
    meaning: 'Somebody rotated the signing keys. The next key takes over from this one once every API knows it.',
    facts: { kid: 'its key id', algorithm: 'its algorithm' },
  },
  'key.superseded': {
    meaning: 'A signing key stopped signing. It stays published until its tokens have expired.',
    facts: { kid: 'its key id', algorithm: 'its algorithm' },
  },
  'key.retired': {
    meaning: 'A signing key was destroyed. Latchkey refuses all tokens it signed.',
    facts: { kid: 'its key id', algorithm: 'its algorithm' },
  },
}
