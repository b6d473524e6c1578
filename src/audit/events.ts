import type { FactorType } from '../mfa/factor.ts'
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
 * Every event and its facts. A change to what an account is or may do is an event, and so is every login attempt. A
 * refresh or a verification is not, because the log would grow with traffic. The origin says who acted: if another
 * account deactivated this one, an administrator did it. No fact contains a token, password, hash or secret, or a text
 * chosen by a stranger.
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
  'login.succeeded': OfSession & { amr: readonly string[]; factor?: FactorType; isKey?: true }
  'login.challenged': OfAccount & { factors: readonly string[] }
  'login.failed': { accountId: number | undefined; reason: LoginFailure; factor?: FactorType }
  'session.proven': OfSession & { amr: readonly string[]; factor?: FactorType }
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
  'bulk.started': { accountId: undefined; action: string }
  'bulk.ended': {
    accountId: undefined
    action: string
    done: number
    unchanged: number
    failed: number
    isComplete: boolean
  }
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
