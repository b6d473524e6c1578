import { type Account, isActive } from '../../../accounts/account.ts'
import { isActivationAwaited } from '../../../accounts/pending-activation-store.ts'
import { findPasswordHash, isPasswordUnusable } from '../../../passwords/password-store.ts'
import type { Queryable } from '../../../storage/prepared.ts'
import type { MailedFlow } from '../email-flow.ts'
import { linkState } from './link-state.ts'

/** The operations whose links lead to your own front end. */
export type LinkPurpose = 'activation' | 'frontend-password-reset' | 'username-reset'

/** Where links lead, and how long they work. */
type FrontendSettings = {
  protocol: string
  domain: string
  siteName: string | undefined
  lifetimeMs: number
  /** The paths below the domain; undefined: no such mail is sent. */
  paths: Readonly<Record<LinkPurpose, string | undefined>>
  /** Exactly as in djoser: exact addresses, and any inactive account can be activated. COMPATIBILITY=simplejwt. */
  isExact: boolean
}

/** The mail of each operation whose page is set. */
export function createLinkFlows(settings: FrontendSettings): MailedFlow[] {
  const { isExact } = settings
  const flow = (
    purpose: LinkPurpose,
    isFor: (account: Account) => boolean,
    qualifies: (db: Queryable, account: Account) => Promise<boolean>,
  ): MailedFlow[] => {
    const path = settings.paths[purpose]
    if (path === undefined) return []
    const address = `${settings.protocol}://${settings.domain}/${path}`
    return [
      {
        purpose,
        lifetimeMs: settings.lifetimeMs,
        ask: {
          by: 'address',
          isFor,
          isExact,
          qualifies,
          stateOf: linkState,
          linkOf: (account) => address.replace('{uid}', writeUid(account)),
          values: settings.siteName === undefined ? {} : { service: settings.siteName },
        },
      },
    ]
  }
  // In djoser, an account without any password gets no link either.
  const hasPassword = async (db: Queryable, { id }: Account) =>
    !(await isPasswordUnusable(db, id)) && (!isExact || (await findPasswordHash(db, id)) !== undefined)
  return [
    ...flow(
      'activation',
      (account) => !isActive(account),
      async (db, { id }) => isExact || isActivationAwaited(db, id),
    ),
    ...flow('frontend-password-reset', isActive, hasPassword),
    ...flow('username-reset', isActive, hasPassword),
  ]
}

/** The `uid` of a link: that of the account in base64url. */
function writeUid({ uid }: Account): string {
  return Buffer.from(uid).toString('base64url')
}

/**
 * The `uid` in a presented link; empty, which no account has, if there is none. Like Django, it drops characters that
 * are not base64, and adds as many `=` as the length modulo 4.
 */
export function readUid(presented: string | undefined): string {
  if (presented === undefined || presented.length > 400) return ''
  const [letters = ''] = presented.replace(/[^\w+/=-]/g, '').split('=', 1)
  const missing = (4 - (letters.length % 4)) % 4
  const padding = (presented.length % 4) + presented.split('=').length - 1
  return missing === 3 || missing > padding ? '' : Buffer.from(letters, 'base64').toString('utf8')
}
