import { type Static, Type } from 'typebox'
import { choice, onOff, orNone, setting, settingGroup } from '../platform/setting.ts'
import { type ProfileSchema, readProfileSchema } from './profile-schema.ts'
import { uidKinds } from './uid.ts'

export const accountSettings = settingGroup('Accounts', {
  usernameCaseSensitive: onOff('USERNAME_CASE_SENSITIVE', {
    default: 'false',
    description:
      'Whether usernames that differ only in case are different names. If not, names that differ only in ' +
      'Unicode form (NFKC) or in invisible characters are the same name too. New names may then contain ' +
      'neither invisible characters nor letters of another alphabet that look Latin among Latin letters.',
  }),
  loginWith: choice('LOGIN_WITH', ['username', 'email', 'username-or-email'], {
    default: 'username',
    description:
      'What users log in with on all login paths: `username`, `email` or `username-or-email`. If several ' +
      'accounts claim an address, it belongs to the account that confirmed it, and until then to the first one.',
  }),
  accountUid: choice('ACCOUNT_UID', [...uidKinds], {
    default: 'integer',
    description:
      'What tokens and the classic paths call the id of a new account: its number (`integer`), or a UUID that sorts by ' +
      'time (`uuid7`). Accounts that exist keep theirs.',
  }),
  registration: choice('REGISTRATION', ['open', 'invite', 'closed'], {
    default: 'open',
    description: 'Who may register: everybody (`open`), people with an invitation (`invite`), or nobody (`closed`).',
  }),
  requireVerifiedEmail: onOff('REQUIRE_VERIFIED_EMAIL', {
    default: 'false',
    description: 'Whether users must confirm their email address before they can log in.',
  }),
  profileSchema: orNone(
    setting(
      Type.Unsafe<ProfileSchema>(Type.Object({})),
      'PROFILE_SCHEMA_FILE',
      {
        default: 'none',
        isFile: true,
        description:
          'A file with the JSON Schema of your own profile fields, for the `profile` member of accounts in v1. See ' +
          '[Administration](administration.md#profile-fields).',
      },
      readProfileSchema,
    ),
  ),
})

export type AccountSettings = Static<typeof accountSettings>
