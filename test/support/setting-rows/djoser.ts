import type { SettingRow } from './setting-row.ts'

const row = (
  name: string,
  written: string,
  byDefault: unknown,
  read: unknown,
  where: SettingRow['in'],
): SettingRow => ({ name, written, byDefault, read, in: where })

export const djoserRow: SettingRow = row('DJOSER', 'true', false, true, (c) => c.djoser.isOn)

/** The settings of Django that name the fields of users. */
export const userFieldRows: readonly SettingRow[] = [
  row('USERNAME_FIELD', 'email', 'username', 'email', (c) => c.accounts.usernameField),
  row('LOGIN_FIELD', 'email', 'username', 'email', (c) => c.accounts.loginField),
  row(
    'REQUIRED_FIELDS',
    'first_name, last_name',
    ['email'],
    ['first_name', 'last_name'],
    (c) => c.accounts.requiredFields,
  ),
]

export const djoserSettingRows: readonly SettingRow[] = [
  row('DJOSER_PREFIX', '/api/auth/', '/auth/', '/api/auth/', (c) => c.djoser.prefix),
  row('USER_ID_FIELD', 'username', 'id', 'username', (c) => c.djoser.userIdField),
  row('SEND_ACTIVATION_EMAIL', 'true', false, true, (c) => c.djoser.sendsActivationEmail),
  row('SEND_CONFIRMATION_EMAIL', 'true', false, true, (c) => c.djoser.sendsConfirmationEmail),
  row('ACTIVATION_URL', 'a/{uid}/{token}', undefined, 'a/{uid}/{token}', (c) => c.djoser.activationUrl),
  row(
    'PASSWORD_RESET_CONFIRM_URL',
    '/p/{uid}/{token}',
    undefined,
    'p/{uid}/{token}',
    (c) => c.djoser.passwordResetConfirmUrl,
  ),
  row(
    'USERNAME_RESET_CONFIRM_URL',
    'u/{uid}/{token}',
    undefined,
    'u/{uid}/{token}',
    (c) => c.djoser.usernameResetConfirmUrl,
  ),
  row('EMAIL_FRONTEND_PROTOCOL', 'https', 'http', 'https', (c) => c.djoser.frontendProtocol),
  row('EMAIL_FRONTEND_DOMAIN', 'app.example.com', '127.0.0.1:8000', 'app.example.com', (c) => c.djoser.frontendDomain),
  row('EMAIL_FRONTEND_SITE_NAME', 'Shop', undefined, 'Shop', (c) => c.djoser.frontendSiteName),
  row('USER_CREATE_PASSWORD_RETYPE', 'true', false, true, (c) => c.djoser.userCreatePasswordRetype),
  row('SET_PASSWORD_RETYPE', 'true', false, true, (c) => c.djoser.setPasswordRetype),
  row('PASSWORD_RESET_CONFIRM_RETYPE', 'true', false, true, (c) => c.djoser.passwordResetConfirmRetype),
  row('SET_USERNAME_RETYPE', 'true', false, true, (c) => c.djoser.setUsernameRetype),
  row('USERNAME_RESET_CONFIRM_RETYPE', 'true', false, true, (c) => c.djoser.usernameResetConfirmRetype),
  row('PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND', 'true', false, true, (c) => c.djoser.passwordResetShowEmailNotFound),
  row('USERNAME_RESET_SHOW_EMAIL_NOT_FOUND', 'true', false, true, (c) => c.djoser.usernameResetShowEmailNotFound),
  row('PASSWORD_CHANGED_EMAIL_CONFIRMATION', 'true', false, true, (c) => c.djoser.passwordChangedEmailConfirmation),
  row('USERNAME_CHANGED_EMAIL_CONFIRMATION', 'true', false, true, (c) => c.djoser.usernameChangedEmailConfirmation),
  row('LOGOUT_ON_PASSWORD_CHANGE', 'true', false, true, (c) => c.djoser.logoutOnPasswordChange),
  row('HIDE_USERS', 'false', true, false, (c) => c.djoser.hideUsers),
  row(
    'PERMISSIONS',
    "{'user': ['djoser.permissions.CurrentUserOrAdmin',]}",
    {},
    { user: ['CurrentUserOrAdmin'] },
    (c) => c.djoser.permissions,
  ),
  row('TOKEN_MODEL', 'none', true, false, (c) => c.djoser.hasKeys),
  row('CREATE_SESSION_ON_LOGIN', 'off', false, false, (c) => c.djoser.createsSessionOnLogin),
  row('PASSWORD_RESET_TIMEOUT', '1h', 259_200_000, 3_600_000, (c) => c.djoser.linkLifetimeMs),
]
