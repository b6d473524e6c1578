import { type Static, Type } from 'typebox'
import { choice, list, onOff, orNone, quoted, SettingFault, setting, settingGroup } from '../platform/setting.ts'
import { kindOfField, loginKinds, loginWithSetting, usernameFields } from './names/login-kind.ts'
import { isRegion } from './names/phone-number.ts'
import { uidKinds } from './names/uid.ts'
import { type ProfileSchema, readProfileSchema } from './profile/profile-schema.ts'

export const accountSettings = settingGroup('Accounts', {
  usernameCaseSensitive: onOff('USERNAME_CASE_SENSITIVE', {
    default: 'false',
    description:
      'Whether usernames that differ only in case are different names. If not, names that differ only in ' +
      'Unicode form (NFKC) or in invisible characters are the same name too. New names may then contain ' +
      'neither invisible characters nor letters of another alphabet that look Latin among Latin letters.',
  }),
  usernameField: choice('USERNAME_FIELD', [...usernameFields], {
    default: 'username',
    description:
      'The field that names an account on the classic and djoser paths, as in Django. With `email`, these paths take and ' +
      'report `email` instead of `username`, and the address is the username of new accounts. The same applies to ' +
      '`phone_number`.',
  }),
  loginField: choice('LOGIN_FIELD', [...usernameFields], {
    derivedDefault: '`USERNAME_FIELD`',
    description:
      "The field of djoser's `token/login/`, and the one that its paths for new names change. `jwt/create/` and the classic " +
      'paths take `USERNAME_FIELD`, which may then contain the value of either field (`LOGIN_WITH`).',
  }),
  requiredFields: list(
    'REQUIRED_FIELDS',
    {
      derivedDefault: '`email`; with another `USERNAME_FIELD` it is `none`',
      description:
        "The other fields of users on djoser's paths, as in Django: any of `email`, `first_name`, `last_name` and " +
        '`phone_number`.',
    },
    readRequiredField,
  ),
  loginWith: loginWithSetting('LOGIN_WITH', {
    derivedDefault: '`username`, plus the fields that `USERNAME_FIELD` and `LOGIN_FIELD` name',
    description:
      'What users log in with on all login paths: `username`, `email`, `phone`, or several of them separated by commas. If ' +
      'several accounts claim an address, it belongs to the account that confirmed it, and until then to the first one. With ' +
      '`phone`, a phone number belongs to one account.',
  }),
  defaultPhoneRegion: orNone(
    setting(
      Type.String(),
      'DEFAULT_PHONE_REGION',
      {
        default: 'none',
        description:
          'The region of phone numbers that are typed without a country code, such as DE. With `none`, such numbers cannot be ' +
          'used to log in.',
      },
      (text) => {
        const region = text.toUpperCase()
        if (isRegion(region)) return region
        throw new SettingFault(`${quoted(text)} is not a region. Write its two letters by ISO 3166, such as DE or US.`)
      },
    ),
  ),
  accountUid: choice('ACCOUNT_UID', [...uidKinds], {
    default: 'integer',
    description:
      'The id of a new account in tokens and on the classic paths: its number (`integer`), or a UUID that sorts by ' +
      'time (`uuid7`). Existing accounts keep theirs.',
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

/**
 * LOGIN_WITH if nobody says otherwise: what the two fields contain. Under COMPATIBILITY=simplejwt, an address that is the
 * username counts to the letter, so it is found as a username.
 */
export function defaultLoginWith(
  { usernameField, loginField }: Pick<AccountSettings, 'usernameField' | 'loginField'>,
  isExact: boolean,
): AccountSettings['loginWith'] {
  const named = usernameField === 'email' && isExact ? 'username' : kindOfField[usernameField]
  const wanted = new Set(['username', named, loginField === usernameField ? named : kindOfField[loginField]])
  return loginKinds.filter((kind) => wanted.has(kind))
}

/** The fields that REQUIRED_FIELDS may name. */
const requiredFieldNames = ['email', 'first_name', 'last_name', 'phone_number']

function readRequiredField(item: string): string {
  if (requiredFieldNames.includes(item)) return item
  throw new SettingFault(`${quoted(item)} is not a field of users. Choose from ${requiredFieldNames.join(', ')}.`)
}
