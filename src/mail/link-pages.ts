/**
 * The built-in page that the link of an email opens, by the purpose of the link. Opening it changes nothing;
 * `web/src/mailed-links/` has the texts and the fields.
 */
export const linkPages = {
  'email-verification': '/account/verify-email',
  'password-reset': '/account/reset-password',
  'email-change': '/account/confirm-email-change',
  invitation: '/account/accept-invitation',
} as const

/** The page of a purpose; undefined: its links lead to other pages. */
export function linkPageOf(purpose: string): string | undefined {
  const pages: Readonly<Record<string, string>> = linkPages
  return pages[purpose]
}
