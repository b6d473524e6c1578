/**
 * The built-in page that the link of an email opens, by the purpose of the link. Opening it changes nothing;
 * `web/src/mailed-links/` has the texts and the fields.
 */
export const linkPages: Readonly<Record<string, string>> = {
  'email-verification': '/account/verify-email',
  'password-reset': '/account/reset-password',
  'email-change': '/account/confirm-email-change',
  invitation: '/account/accept-invitation',
}
