import { type Static, Type } from 'typebox'
import { choice, onOff, orNone, setting, settingGroup } from '../platform/setting.ts'
import { type ProfileSchema, readProfileSchema } from './profile-schema.ts'

export const accountSettings = settingGroup('Accounts', {
  usernameCaseSensitive: onOff('USERNAME_CASE_SENSITIVE', {
    default: 'false',
    description:
      'Whether user names are different names if they differ in case. If not, names are also one name that differ only in ' +
      'Unicode form (NFKC) or in invisible characters. New names may not contain those, nor letters of another alphabet ' +
      'that look Latin among Latin ones.',
  }),
  loginWith: choice('LOGIN_WITH', ['username', 'email', 'username-or-email'], {
    default: 'username',
    description:
      'What accounts are known by when they log in, on all login paths: `username`, `email` or `username-or-email`. An ' +
      'address that several accounts have is that of the one that has proven it.',
  }),
  registration: choice('REGISTRATION', ['open', 'invite', 'closed'], {
    default: 'open',
    description: 'Who may register: everybody (`open`), those who were invited (`invite`), or nobody (`closed`).',
  }),
  requireVerifiedEmail: onOff('REQUIRE_VERIFIED_EMAIL', {
    default: 'false',
    description: 'Whether an account must have proven its e-mail address before it can log in.',
  }),
  profileSchema: orNone(
    setting(
      Type.Unsafe<ProfileSchema>(Type.Object({})),
      'PROFILE_SCHEMA_FILE',
      {
        default: 'none',
        isFile: true,
        description:
          'A file with the JSON Schema of further profile fields, for the `profile` member of accounts in v1. ' +
          '[Administration](administration.md#profile-fields) says what it may contain.',
      },
      readProfileSchema,
    ),
  ),
})

export type AccountSettings = Static<typeof accountSettings>
