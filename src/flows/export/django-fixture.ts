import { type Account, isActive } from '../../accounts/account.ts'
import { wireUid } from '../../accounts/names/uid.ts'
import type { Session } from '../../sessions/session.ts'
import { refreshTokenId } from '../../tokens/refresh-rotation.ts'
import type { ExportRecord } from './export-records.ts'

/** The names of the Django project's models. */
export type FixtureOptions = {
  /** `app.model`, such as `auth.user`. */
  userModel: string
  /** The names of the model's fields, by ours; null: it has none. Default: those of Django's own model. */
  fields: Readonly<Record<string, string | null>>
  /** The model of the sample application's posts; undefined: posts are left out. */
  postModel: string | undefined
  /** Whether the project has the app `token_blacklist`. */
  hasBlacklist: boolean
}

type Fixture = { model: string; pk?: number | string; fields: Record<string, unknown> }

/** How many earlier tokens of a session are put on the blacklist: more than a client can still have. */
const EARLIER_TOKENS = 20

/** The objects of a fixture for `loaddata`. Groups and permissions are identified by Django's natural keys. */
export function fixturesOf(record: ExportRecord, options: FixtureOptions): Fixture[] {
  switch (record.kind) {
    case 'group': {
      const { name, permissions } = record.group
      return [{ model: 'auth.group', fields: { name, permissions: permissions.flatMap(naturalKey) } }]
    }
    case 'account':
      return [userOf(record.account, record.belongings, options)]
    // Django itself has no second factors.
    case 'factor':
    case 'trusted_device':
      return []
    case 'session':
      return options.hasBlacklist ? blacklistOf(record.session, record.owner) : []
    case 'post': {
      const { post, author } = record
      if (options.postModel === undefined || author === undefined) return []
      const { title, content, createdAt, updatedAt } = post
      const fields = { title, content, created_at: timeOf(createdAt), updated_at: timeOf(updatedAt) }
      return [{ model: options.postModel, pk: post.id, fields: { author: wireUid(author), ...fields } }]
    }
  }
}

function userOf(
  account: Account,
  { passwordHash, groups, permissions }: Extract<ExportRecord, { kind: 'account' }>['belongings'],
  { userModel, fields }: FixtureOptions,
): Fixture {
  const values = {
    username: account.username,
    email: account.email,
    phone_number: account.phoneNumber,
    first_name: account.firstName,
    last_name: account.lastName,
    // Django's mark for a password that nobody can use.
    password: passwordHash ?? '!',
    is_active: isActive(account),
    is_staff: account.isStaff,
    is_superuser: account.isSuperuser,
    date_joined: timeOf(account.createdAt),
    last_login: account.lastLoginAt === undefined ? null : timeOf(account.lastLoginAt),
    groups: groups.map((name) => [name]),
    user_permissions: permissions.flatMap(naturalKey),
  }
  const named = Object.entries(values).flatMap(([name, value]) => {
    const field = fields[name]
    return field === null || field === undefined ? [] : [[field, value] as const]
  })
  return { model: userModel, pk: wireUid(account), fields: Object.fromEntries(named) }
}

/** The names of Django's own user model. It has no phone number. */
export const djangoFields: Readonly<Record<string, string>> = {
  username: 'username',
  email: 'email',
  first_name: 'first_name',
  last_name: 'last_name',
  password: 'password',
  is_active: 'is_active',
  is_staff: 'is_staff',
  is_superuser: 'is_superuser',
  date_joined: 'date_joined',
  last_login: 'last_login',
  groups: 'groups',
  user_permissions: 'user_permissions',
}

/**
 * Django identifies a permission by codename, app and model. The model follows from the codenames that Django creates
 * itself; other permissions have to be granted there by hand.
 */
function naturalKey(permission: string): string[][] {
  const [, app, codename, model] = /^([^.]+)\.((?:add|change|delete|view)_(.+))$/.exec(permission) ?? []
  return app === undefined || codename === undefined || model === undefined ? [] : [[codename, app, model]]
}

/** Refresh tokens that Django must not accept: those of ended sessions, and earlier ones of the others. */
function blacklistOf(session: Session, owner: Account | undefined): Fixture[] {
  const last = session.endedAt === undefined ? session.refreshGeneration - 1 : session.refreshGeneration
  const jtis: string[] = []
  for (let number = last; number >= 0 && jtis.length < EARLIER_TOKENS; number--) {
    jtis.push(refreshTokenId(session.refreshSeed, number))
  }
  return jtis.flatMap((jti, position) => {
    const pk = tokenKey(jti)
    const created = timeOf(session.createdAt)
    return [
      {
        model: 'token_blacklist.outstandingtoken',
        pk,
        fields: {
          user: owner === undefined ? null : wireUid(owner),
          jti,
          token: '',
          created_at: created,
          expires_at: timeOf(session.refreshExpiresAt),
        },
      },
      {
        model: 'token_blacklist.blacklistedtoken',
        pk,
        fields: { token: pk, blacklisted_at: timeOf(session.endedAt ?? session.refreshedAt + position) },
      },
    ]
  })
}

/**
 * A primary key derived from the token, so that a fixture can be loaded again, far above those that Django generates.
 */
function tokenKey(jti: string): number {
  return 2 ** 40 + Number.parseInt(jti.slice(0, 9), 16)
}

function timeOf(time: number): string {
  return new Date(time).toISOString()
}
