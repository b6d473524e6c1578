import type { AuditEventName, AuditFields } from './events.ts'

/** The meaning of each event, and of its facts besides account and session; for the manual and the API description. */
export const auditEvents: {
  readonly [E in AuditEventName]: {
    readonly meaning: string
    readonly facts: { readonly [F in Exclude<keyof AuditFields[E], 'accountId' | 'sessionId'>]: string }
  }
} = {
  'account.registered': { meaning: 'A user registered the account.', facts: {} },
  'account.created': {
    meaning: 'An administrator, the command line or a hook created the account.',
    facts: {},
  },
  'account.changed': {
    meaning: 'Names, phone number, language, profile or an unconfirmed address of the account were changed.',
    facts: { fields: 'the names of the changed fields' },
  },
  'account.activated': { meaning: 'The account was activated again.', facts: {} },
  'account.deactivated': { meaning: 'The account was deactivated, and all its sessions ended.', facts: {} },
  'account.deleted': {
    meaning: 'The account was deleted, and all its sessions ended.',
    facts: { uid: 'the id that its tokens contained' },
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
    facts: {
      amr: 'how the user authenticated, as RFC 8176 values',
      factor: 'the factor that completed the login, if it needed one besides the password',
      isKey: '`true` if the login was for a djoser key',
    },
  },
  'login.challenged': {
    meaning: 'A login proved its first factor and now needs a second one.',
    facts: { factors: 'the factors that can complete the login; if empty, it must set one up' },
  },
  'session.proven': {
    meaning: 'The user of a session proved again who they are.',
    facts: {
      amr: 'what the session has proven, as RFC 8176 values',
      factor: 'the factor that was used, if it was not the password',
    },
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
      factor: 'the factor that was wrong, if it was not the password',
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
    meaning: 'The password was changed by someone who knew it, by an administrator, or in the system of an import.',
    facts: {},
  },
  'password.reset': { meaning: 'The password was reset with a mailed link.', facts: {} },
  'password.removed': {
    meaning: 'An administrator removed the password, so that the user must set a new one; or an import removed it.',
    facts: {},
  },
  'email.verified': {
    meaning: 'The owner confirmed the email address, with any link that was mailed there.',
    facts: {},
  },
  'email.change_asked': {
    meaning: 'A change of the email address was requested. The new address is not confirmed yet.',
    facts: {},
  },
  'email.changed': { meaning: 'The email address was changed to a new, confirmed one.', facts: {} },
  'mail.dropped': {
    meaning: 'An administrator dropped an email. The event names the account that the email was about.',
    facts: { mailId: 'its id', kind: 'which message' },
  },
  'mail.retried': {
    meaning:
      'An administrator had a postponed email sent at once. The event names the account that the email was about.',
    facts: { mailId: 'its id', kind: 'which message' },
  },
  'mail.all_retried': {
    meaning: 'An administrator had all postponed mail sent at once.',
    facts: { count: 'how many emails, at most 500 in one event' },
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
    facts: { webhookId: 'its id', count: 'how many deliveries, at most 500 in one event' },
  },
  'webhook.replayed': {
    meaning: 'An administrator had an event delivered once more.',
    facts: { webhookId: "the webhook's id", eventId: "the event's id" },
  },
  'limit.lifted': {
    meaning:
      'An administrator lifted a rate limit that blocked a client. The event names the account that the client tried to log in to.',
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
  'bulk.started': {
    meaning:
      'An administrator began to change many accounts, or to end many sessions, in one request. Each change has an event of its own. Without `bulk.ended`, the server crashed before the end.',
    facts: { action: 'what is done to each account, or `end_matching_sessions`' },
  },
  'bulk.ended': {
    meaning: 'A request that changes many accounts or sessions ended.',
    facts: {
      action: 'what was done to each account, or `end_matching_sessions`',
      done: 'how many it changed',
      unchanged: 'how many needed no change',
      failed: 'how many could not be changed',
      isComplete: '`false` if it stopped before it reached all of them',
    },
  },
  'export.written': { meaning: 'All accounts were exported, with their hashes.', facts: { accounts: 'how many' } },
  'import.finished': {
    meaning:
      'Somebody imported accounts from another system. Created accounts have no `account.created`; those that are staff or superusers have `account.rights_changed`.',
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
