import { wireUid } from '../../accounts/names/uid.ts'
import { exportFactor, type PortableFactor } from '../../mfa/portable-factor.ts'
import type { Seal } from '../../platform/seal.ts'
import type { ExportRecord } from './export-records.ts'

/**
 * One line of an export in Latchkey's own format, without the line break. `docs/export.schema.json` describes it.
 *
 * @param seal decrypts the secrets of factors
 * @throws Error if one was encrypted under an unknown SECRET_KEY
 */
export function jsonLineOf(record: ExportRecord, seal: Pick<Seal, 'open'>): string {
  return JSON.stringify(objectOf(record, seal))
}

function objectOf(record: ExportRecord, seal: Pick<Seal, 'open'>): object {
  switch (record.kind) {
    case 'group': {
      const { name, description, permissions } = record.group
      return { type: 'group', name, description, permissions }
    }
    case 'account': {
      const { account, belongings } = record
      return {
        type: 'account',
        uid: wireUid(account),
        username: account.username,
        email: account.email,
        email_verified: account.emailVerifiedAt !== undefined,
        phone_number: account.phoneNumber,
        first_name: account.firstName,
        last_name: account.lastName,
        is_active: account.deactivatedAt === undefined,
        is_staff: account.isStaff,
        is_superuser: account.isSuperuser,
        created_at: timeOf(account.createdAt),
        last_login_at: timeOf(account.lastLoginAt),
        password_hash: belongings.passwordHash ?? null,
        groups: belongings.groups,
        permissions: belongings.permissions,
        profile: account.profile,
        locale: account.locale ?? null,
      }
    }
    case 'factor':
      return factorLine(exportFactor(record.factor, seal), wireUid(record.owner))
    case 'trusted_device': {
      const { id, digest, createdAt, expiresAt, address, userAgent } = record.device
      return {
        type: 'trusted_device',
        account: wireUid(record.owner),
        id,
        digest,
        created_at: timeOf(createdAt),
        expires_at: timeOf(expiresAt),
        address,
        user_agent: userAgent,
      }
    }
    case 'session': {
      const { session, owner } = record
      return {
        type: 'session',
        id: session.id,
        account: owner === undefined ? null : wireUid(owner),
        created_at: timeOf(session.createdAt),
        refreshed_at: timeOf(session.refreshedAt),
        expires_at: timeOf(session.refreshExpiresAt),
        ended_at: timeOf(session.endedAt),
        end_reason: session.endReason ?? null,
        address: session.address,
        user_agent: session.userAgent,
      }
    }
    case 'post': {
      const { post, author } = record
      return {
        type: 'post',
        id: post.id,
        author: author === undefined ? null : wireUid(author),
        title: post.title,
        content: post.content,
        created_at: timeOf(post.createdAt),
        updated_at: timeOf(post.updatedAt),
      }
    }
  }
}

function factorLine(
  { id, name, createdAt, lastUsedAt, removesAt, proof }: PortableFactor,
  account: number | string,
): object {
  return {
    type: 'factor',
    account,
    id,
    factor: proof.type,
    name,
    created_at: timeOf(createdAt),
    last_used_at: timeOf(lastUsedAt),
    removes_at: timeOf(removesAt),
    ...proofMembers(proof),
  }
}

function proofMembers(proof: PortableFactor['proof']): object {
  switch (proof.type) {
    case 'totp':
      return { secret: proof.secret, last_step: proof.lastStep }
    case 'passkey':
      return {
        credential_id: proof.credentialId,
        public_key: proof.publicKey,
        counter: proof.counter,
        transports: proof.transports,
        is_syncable: proof.isSyncable,
        is_backed_up: proof.isBackedUp,
        aaguid: proof.aaguid,
        user_handle: proof.userHandle,
      }
    case 'recovery_code':
      return { hashes: proof.hashes, valid_from: timeOf(proof.validFrom), valid_until: timeOf(proof.validUntil) }
    case 'mailed_code':
      return {}
  }
}

function timeOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString()
}
