import { type Static, type TString, Type } from 'typebox'
import {
  choice,
  type Declaration,
  duration,
  onOff,
  orNone,
  quoted,
  readLine,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
} from '../../platform/setting.ts'
import { permissionFor, permissionsSetting } from './permissions.ts'

const retype = (name: string, path: string, field: string) =>
  onOff(name, {
    default: 'false',
    description: `Whether \`${path}\` requires the ${field.endsWith('username') ? 'name' : 'password'} twice: also as \`${field}\`.`,
  })

/** djoser's settings, under its own names. */
export const djoserSettings = settingGroup('djoser', {
  prefix: setting(
    Type.String({ minLength: 1 }),
    'DJOSER_PREFIX',
    { default: '/auth/', description: "The path below which Latchkey serves djoser's paths." },
    readPrefix,
  ),
  userIdField: choice('USER_ID_FIELD', ['id', 'username'], {
    default: 'id',
    description: 'The field by which `users/<id>/` finds users, and which responses about users contain.',
  }),
  sendsActivationEmail: onOff('SEND_ACTIVATION_EMAIL', {
    default: 'false',
    description:
      'Whether a new account is inactive until its owner opens a mailed link. The same applies after a change of the ' +
      'address.',
  }),
  sendsConfirmationEmail: onOff('SEND_CONFIRMATION_EMAIL', {
    default: 'false',
    description:
      'Whether Latchkey sends users a welcome email after activation or, without activation, after registration.',
  }),
  activationUrl: orNone(
    frontendUrl('ACTIVATION_URL', {
      default: 'none',
      description:
        'The page of your front end that activation links open, such as `activate/{uid}/{token}`. Required with ' +
        '`SEND_ACTIVATION_EMAIL`.',
    }),
  ),
  passwordResetConfirmUrl: orNone(
    frontendUrl('PASSWORD_RESET_CONFIRM_URL', {
      default: 'none',
      description:
        'The page of your front end where users set a new password, such as `password-reset/{uid}/{token}`. Without it, ' +
        '`users/reset_password/` mails nothing.',
    }),
  ),
  usernameResetConfirmUrl: orNone(
    frontendUrl('USERNAME_RESET_CONFIRM_URL', {
      default: 'none',
      description:
        'The page of your front end where users set a new name, such as `username-reset/{uid}/{token}`. Without it, ' +
        '`users/reset_username/` mails nothing.',
    }),
  ),
  frontendProtocol: choice('EMAIL_FRONTEND_PROTOCOL', ['http', 'https'], {
    derivedDefault: 'that of `PUBLIC_URL`',
    description: "The scheme of the links in djoser's emails.",
  }),
  frontendDomain: setting(
    Type.String({ minLength: 1 }),
    'EMAIL_FRONTEND_DOMAIN',
    {
      derivedDefault: 'the host of `PUBLIC_URL`',
      description:
        "The host of the links in djoser's emails, with its port if it needs one. Latchkey never takes it from a request.",
    },
    readDomain,
  ),
  frontendSiteName: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'EMAIL_FRONTEND_SITE_NAME',
      { default: 'none', description: "What djoser's emails call your service. With `none`, the name of `MAIL_FROM`." },
      readLine,
    ),
  ),
  userCreatePasswordRetype: retype('USER_CREATE_PASSWORD_RETYPE', 'users/', 're_password'),
  setPasswordRetype: retype('SET_PASSWORD_RETYPE', 'users/set_password/', 're_new_password'),
  passwordResetConfirmRetype: retype(
    'PASSWORD_RESET_CONFIRM_RETYPE',
    'users/reset_password_confirm/',
    're_new_password',
  ),
  setUsernameRetype: retype('SET_USERNAME_RETYPE', 'users/set_username/', 're_new_username'),
  usernameResetConfirmRetype: retype(
    'USERNAME_RESET_CONFIRM_RETYPE',
    'users/reset_username_confirm/',
    're_new_username',
  ),
  passwordResetShowEmailNotFound: onOff('PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND', {
    default: 'false',
    description:
      'Whether requests for a mailed link say that nobody has the address. Then anybody can find out who has an account.',
  }),
  usernameResetShowEmailNotFound: onOff('USERNAME_RESET_SHOW_EMAIL_NOT_FOUND', {
    default: 'false',
    description: 'The same as `PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND`: either one applies to all paths that mail a link.',
  }),
  passwordChangedEmailConfirmation: onOff('PASSWORD_CHANGED_EMAIL_CONFIRMATION', {
    default: 'false',
    description:
      'Whether users get an email after each change of their password. `SECURITY_NOTICES` can ask for it too.',
  }),
  usernameChangedEmailConfirmation: onOff('USERNAME_CHANGED_EMAIL_CONFIRMATION', {
    default: 'false',
    description: 'Whether users get an email after each change of their name.',
  }),
  logoutOnPasswordChange: onOff('LOGOUT_ON_PASSWORD_CHANGE', {
    default: 'false',
    description: "Whether `users/set_password/` ends the user's keys.",
  }),
  hideUsers: onOff('HIDE_USERS', {
    default: 'true',
    description: 'Whether users who are not staff see only themselves.',
  }),
  permissions: permissionsSetting(),
  hasKeys: setting(
    Type.Boolean(),
    'TOKEN_MODEL',
    {
      default: 'authtoken',
      description: 'Where djoser keeps keys. `none` switches keys off: then there are no `token/` paths.',
    },
    (text) => readLine(text).toLowerCase() !== 'none',
    (hasKeys) => (hasKeys ? 'authtoken' : 'none'),
  ),
  createsSessionOnLogin: setting(
    Type.Boolean(),
    'CREATE_SESSION_ON_LOGIN',
    {
      default: 'false',
      form: 'switch',
      description: "Must be `false`: Latchkey does not create Django's cookie sessions.",
    },
    (text) => {
      if (['false', 'off', 'no', '0'].includes(text.toLowerCase())) return false
      throw new SettingFault(
        "must be false: Latchkey does not create Django's cookie sessions. Remove it, and use the tokens of the response.",
      )
    },
  ),
  linkLifetimeMs: duration('PASSWORD_RESET_TIMEOUT', {
    default: '3d',
    shortest: '1m',
    longest: '30d',
    isWholeSeconds: true,
    description: "How long the links in djoser's emails work.",
  }),
})

export type DjoserSettings = Static<typeof djoserSettings>

/** Whether PERMISSIONS allows only staff to create users. */
export function onlyStaffCreateUsers({ permissions }: Pick<DjoserSettings, 'permissions'>): boolean {
  return permissionFor(permissions, 'user_create').change === 'staff'
}

/** @throws SettingFault */
function readPrefix(text: string): string {
  if (/^(\/[A-Za-z0-9._~-]+)+\/$/.test(text) && !/\/\.{1,2}\//.test(text)) return text
  throw new SettingFault(
    `${quoted(text)} is not a path. Write letters, digits and . _ ~ - between slashes, such as /auth/ or /api/auth/.`,
  )
}

/** @throws SettingFault */
function readDomain(text: string): string {
  const url = URL.parse(`https://${text}`)
  if (url !== null && /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/.test(text)) return text
  throw new SettingFault(`${quoted(text)} is not a host. Write it without scheme or path, such as app.example.com.`)
}

/** A path of the front end, below its origin, with placeholders for the uid and the token. */
function frontendUrl(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ minLength: 1 }), name, declaration, (text) => {
    const path = readLine(text.trim()).replace(/^\//, '')
    const refuse = (sentence: string) => new SettingFault(`${quoted(text)} ${sentence}`)
    if (/^[a-z][a-z0-9+.-]*:|^\//i.test(path)) {
      throw refuse('names a host. Write only the path; EMAIL_FRONTEND_DOMAIN names the host.')
    }
    if (/[\s<>"'\\]/.test(path)) throw refuse('contains blanks, quotes, < > or a backslash. Write a path.')
    for (const place of ['{uid}', '{token}']) {
      if (path.split(place).length !== 2) throw refuse(`must contain ${place} once, such as reset/{uid}/{token}.`)
    }
    if (/[{}]/.test(path.replace('{uid}', '').replace('{token}', ''))) {
      throw refuse('has a placeholder other than {uid} and {token}.')
    }
    return path
  })
}
