/** A link that the operator shows at the foot of every page. */
type SiteLink = { label: string; url: string }

/** A field of the profile that this deployment declares, as JSON Schema. */
export type ProfileField = {
  type?: string | string[]
  title?: string
  description?: string
  enum?: unknown[]
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  readOnly?: boolean
  default?: unknown
}

type ProfileSchema = { properties: Record<string, ProfileField>; required?: string[] }

/** What people can log in with. */
export type LoginKind = 'username' | 'email' | 'phone'

/** What the server tells its pages about itself. It is part of the document, so no page waits for it. */
type Site = {
  /** The path of the server's address before ours: `/auth`; usually empty. */
  base_path: string
  name: string
  /** The address of the operator's logo; null: the name is shown instead. */
  logo: string | null
  /** The accent colour, as `#rrggbb`. */
  color: string
  links: SiteLink[]
  registration: 'open' | 'invite' | 'closed'
  /** What people log in with, in this order. */
  login_with: LoginKind[]
  /** Whether an account needs a confirmed address before it can sign in. */
  requires_verified_email: boolean
  minimum_password_length: number
  profile_schema: ProfileSchema | null
  /** Whether mail is sent at all: without it nobody can reset a password. */
  sends_mail: boolean
  /** Whether passkeys work here: browsers do not allow them with an IP address. */
  has_passkeys: boolean
  /** Whether users may choose not to be asked for a second factor on a device again. */
  can_trust_devices: boolean
  /** Whether users can sign in with a code by email. */
  has_login_by_mail: boolean
  /** Development: there are an API reference, a mailbox and the manual. */
  is_development: boolean
  /** Mail is not sent, but kept for the mailbox page. */
  has_mailbox: boolean
  /** The sample posts are on, and can be administered. */
  has_posts: boolean
  /** Origins that `next` may lead to, besides our own. */
  next_origins: string[]
  /**
   * What the request's cookies said about a session. `unknown`: the visitor came from another site, so the browser did not
   * send Latchkey's cookies with the request for this document. Requests from Latchkey's pages carry them.
   */
  session: 'none' | 'present' | 'refreshable' | 'unknown'
  /**
   * For a page that a mailed link opened: the login name that the link is for, and the language of its email. Absent: no link,
   * or a void one.
   */
  link?: { login?: string; locale?: string }
  /** The server's time when it sent the document, in milliseconds since 1970. Absent under Vite's own server. */
  now?: number
  /** The status of the document: pages for errors show it. */
  status: number
}

const fallback: Site = {
  base_path: '',
  name: 'Latchkey',
  logo: null,
  color: '#3b5bdb',
  links: [],
  registration: 'open',
  login_with: ['username'],
  requires_verified_email: false,
  minimum_password_length: 8,
  profile_schema: null,
  sends_mail: true,
  has_passkeys: false,
  can_trust_devices: false,
  has_login_by_mail: false,
  is_development: true,
  has_mailbox: true,
  has_posts: true,
  next_origins: [],
  session: 'unknown',
  status: 200,
}

/** Read once: it cannot change while the document lives. Without it (under Vite's own server), the defaults apply. */
export const site: Site = read()

function read(): Site {
  const text = document.getElementById('latchkey-site')?.textContent
  return text ? { ...fallback, ...(JSON.parse(text) as Partial<Site>) } : fallback
}

/** The nonce that this document's policy asks of style elements. Browsers hide the attribute, but not the property. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
