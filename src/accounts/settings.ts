import type { Static } from 'typebox'
import { choice, onOff, settingGroup } from '../platform/setting.ts'

export const accountSettings = settingGroup('Accounts', {
  usernameCaseSensitive: onOff('USERNAME_CASE_SENSITIVE', {
    default: 'false',
    description:
      'Whether user names are different names if they differ in case. If not, names are also one name that differ only in ' +
      'Unicode form (NFKC) or in invisible characters, which new names may not contain.',
  }),
  registration: choice('REGISTRATION', ['open', 'invite', 'closed'], {
    default: 'open',
    description: 'Who may register: everybody (`open`), those who were invited (`invite`), or nobody (`closed`).',
  }),
  requireVerifiedEmail: onOff('REQUIRE_VERIFIED_EMAIL', {
    default: 'false',
    description: 'Whether an account must have proven its e-mail address before it can log in.',
  }),
})

export type AccountSettings = Static<typeof accountSettings>
