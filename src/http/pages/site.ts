import type { LoginKind } from '../../accounts/names/login-kind.ts'
import type { ProfileSchema } from '../../accounts/profile/profile-schema.ts'
import { sha256 } from '../../platform/digest.ts'
import type { SiteSettings } from './settings.ts'

/** The facts about the deployment that the pages need. */
export type SiteFacts = {
  site: SiteSettings
  accounts: {
    registration: 'open' | 'invite' | 'closed'
    loginWith: readonly LoginKind[]
    requireVerifiedEmail: boolean
    profileSchema: ProfileSchema | undefined
  }
  minimumPasswordLength: number
  sendsMail: boolean
  /** Whether passkeys work here: not with an IP address. */
  hasPasskeys: boolean
  /** Whether users may trust a device: TRUSTED_DEVICE_LIFETIME. */
  canTrustDevices: boolean
  /** LOGIN_BY_MAIL. */
  hasLoginByMail: boolean
  isDevelopment: boolean
  /** Whether the server keeps mail for display. */
  hasMailbox: boolean
  /** Whether the sample posts are on. */
  hasPosts: boolean
  allowedOrigins: readonly string[]
  /** The path of PUBLIC_URL; empty if it has none. */
  basePath: string
}

/** What the mailed link that opened the page says: see `LinkFacts`. */
export type LinkHint = { login: string | undefined; locale: string | undefined }

/** What the cookies of a request say about a session. `unknown`: the browser came from another site and sent none. */
export type SessionHint = 'none' | 'present' | 'refreshable' | 'unknown'

/** The facts in the form that pages read. Contains no secrets: every visitor gets them. */
export function presentSite({ site, accounts, ...facts }: SiteFacts): Record<string, unknown> {
  return {
    base_path: facts.basePath,
    name: site.name,
    logo: site.logo === undefined ? null : `${facts.basePath}/pages/${logoName(site.logo)}`,
    color: site.color,
    links: site.links,
    registration: accounts.registration,
    login_with: accounts.loginWith,
    requires_verified_email: accounts.requireVerifiedEmail,
    minimum_password_length: facts.minimumPasswordLength,
    profile_schema: accounts.profileSchema ?? null,
    sends_mail: facts.sendsMail,
    has_passkeys: facts.hasPasskeys,
    can_trust_devices: facts.canTrustDevices,
    has_login_by_mail: facts.hasLoginByMail && facts.sendsMail,
    is_development: facts.isDevelopment,
    has_mailbox: facts.hasMailbox,
    has_posts: facts.hasPosts,
    next_origins: facts.allowedOrigins.filter((origin) => /^https?:/.test(origin)),
  }
}

/** The file name of the logo. A different logo has a different name. */
export function logoName(logo: string): string {
  return `logo-${sha256(logo).slice(0, 10)}.svg`
}
