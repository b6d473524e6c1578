import { wireUid } from '../../accounts/uid.ts'
import type { ExportRecord } from './export-records.ts'

/** One line of an export in Latchkey's own format, without the line break. `docs/export.schema.json` describes it. */
export function jsonLineOf(record: ExportRecord): string {
  return JSON.stringify(objectOf(record))
}

function objectOf(record: ExportRecord): object {
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

function timeOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString()
}
