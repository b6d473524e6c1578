import type { AccountSettings } from '../accounts/settings.ts'
import { type DjoserSettings, onlyStaffCreateUsers } from '../http/djoser/settings.ts'
import type { HttpSettings } from '../http/settings.ts'
import { type MailSettings, originOfLink } from '../mail/settings.ts'
import type { MfaSettings } from '../mfa/settings.ts'
import { type HashCostSettings, maximumHashCosts } from '../passwords/settings.ts'
import { isLoopbackHost } from '../platform/loopback.ts'
import { type CarryOverSettings, isPem, LEAST_CARRY_OVER_BYTES } from '../tokens/carry-over/settings.ts'
import type { TokenSettings } from '../tokens/settings.ts'

/** The settings that contain the addresses of mailed links, with their names. */
const linkSettings = {
  passwordResetUrl: 'PASSWORD_RESET_URL',
  emailVerificationUrl: 'EMAIL_VERIFICATION_URL',
  emailChangeUrl: 'EMAIL_CHANGE_URL',
  invitationUrl: 'INVITATION_URL',
} as const

type LinkSetting = keyof typeof linkSettings

/** The settings that can contradict each other. */
type ContradictorySettings = {
  /** Whether DEBUG is on without DEBUG_ON_PUBLIC_URL. */
  debug: boolean
  hash: HashCostSettings
  carryOver: Pick<CarryOverSettings, 'secret' | 'until' | 'mayBeGuessed'>
  mail: Pick<MailSettings, LinkSetting>
  mfa: Pick<MfaSettings, 'passkeyRpId'>
  http: Pick<HttpSettings, 'publicUrl' | 'allowedOrigins' | 'cookieDomain' | 'accessCookieName' | 'refreshCookieName'>
  tokens: Pick<TokenSettings, 'userIdClaim' | 'groupsClaim' | 'permissionsClaim'>
  accounts: Pick<AccountSettings, 'usernameField' | 'loginField' | 'requiredFields' | 'loginWith' | 'registration'>
  djoser: Pick<DjoserSettings, 'sendsActivationEmail' | 'activationUrl' | 'permissions'> & { isOn: boolean }
}

/** Two settings that are valid separately, but not together. */
type Contradiction = { between: readonly [string, string]; sentence: string }

/** Finds contradictions. Each sentence begins with a setting's name and says how to fix it. */
export function findContradictions(settings: ContradictorySettings): Contradiction[] {
  const { debug, hash, http, mail, tokens } = settings
  const found: Contradiction[] = [
    ...findClaimConflicts(tokens),
    ...findCookieConflicts(http),
    ...findForeignPasskeys(settings.mfa, http),
    ...findDjoserConflicts(settings),
    ...findCarryOverFaults(settings.carryOver),
    ...findForeignLinks(mail, http),
  ]
  if (debug && !isLoopbackHost(new URL(http.publicUrl).hostname)) {
    found.push({
      between: ['DEBUG', 'PUBLIC_URL'],
      sentence:
        `DEBUG: is on, but PUBLIC_URL (${http.publicUrl}) does not name this machine, and development mode is open to ` +
        'everybody. Set DEBUG=false and a SECRET_KEY. If only developers can reach this server, set DEBUG_ON_PUBLIC_URL=true.',
    })
  }
  if (hash.memoryKib < 8 * hash.lanes) {
    found.push({
      between: ['HASH_MEMORY_KIB', 'HASH_LANES'],
      // RFC 9106 §3.1.
      sentence: `HASH_MEMORY_KIB: argon2 needs 8 KiB for each of HASH_LANES. Write at least ${8 * hash.lanes}.`,
    })
  }
  const mostPasses = Math.floor(maximumHashCosts.memoryKibTimesPasses / hash.memoryKib)
  if (hash.passes > mostPasses) {
    found.push({
      between: ['HASH_MEMORY_KIB', 'HASH_PASSES'],
      sentence: `HASH_PASSES: Latchkey does not verify hashes that cost this much. With this HASH_MEMORY_KIB, write at most ${mostPasses}.`,
    })
  }
  return found
}

/** Other servers' keys are accepted for a limited time only, and weak ones only with an explicit setting. */
function findCarryOverFaults({ secret, until, mayBeGuessed }: ContradictorySettings['carryOver']): Contradiction[] {
  if (secret === undefined) return []
  const bytes = Buffer.byteLength(secret)
  const isShort = !isPem(secret) && bytes < LEAST_CARRY_OVER_BYTES && !mayBeGuessed
  if (until !== undefined && !isShort) return []
  const sentences = [
    ...(until === undefined
      ? ['CARRY_OVER_UNTIL is not set. Write the last day on which the old tokens are accepted, such as 2027-01-31.']
      : []),
    ...(isShort
      ? [
          `It has only ${bytes} bytes: anyone who guesses it can log in as any user. If you accept that risk until ` +
            'CARRY_OVER_UNTIL, set CARRY_OVER_SECRET_MAY_BE_GUESSED=true.',
        ]
      : []),
  ]
  return [{ between: ['CARRY_OVER_SECRET', 'CARRY_OVER_UNTIL'], sentence: `CARRY_OVER_SECRET: ${sentences.join(' ')}` }]
}

/** One claim cannot have two meanings. */
function findClaimConflicts(tokens: ContradictorySettings['tokens']): Contradiction[] {
  const { userIdClaim, groupsClaim, permissionsClaim } = tokens
  const pairs = [
    ['GROUPS_CLAIM', 'USER_ID_CLAIM', groupsClaim, userIdClaim],
    ['PERMISSIONS_CLAIM', 'USER_ID_CLAIM', permissionsClaim, userIdClaim],
    ['PERMISSIONS_CLAIM', 'GROUPS_CLAIM', permissionsClaim, groupsClaim],
  ] as const
  return pairs
    .filter(([, , one, other]) => one !== undefined && one === other)
    .map(([name, other]) => ({
      between: [name, other],
      sentence: `${name}: names the same claim as ${other}. Choose another name for one of them.`,
    }))
}

/** A browser drops cookies for a domain other than the server's own, and `Secure` cookies that came by http. */
function findCookieConflicts(http: ContradictorySettings['http']): Contradiction[] {
  const { publicUrl, cookieDomain, accessCookieName, refreshCookieName } = http
  const { protocol, hostname } = new URL(publicUrl)
  const conflicts: Contradiction[] = []
  if (accessCookieName === refreshCookieName) {
    conflicts.push({
      between: ['ACCESS_COOKIE_NAME', 'REFRESH_COOKIE_NAME'],
      sentence: 'ACCESS_COOKIE_NAME: both cookies have the same name. Write different ones.',
    })
  }
  if (cookieDomain === undefined) return conflicts
  const between = ['COOKIE_DOMAIN', 'PUBLIC_URL'] as const
  // In development, hosts such as auth.app.localhost may share one.
  if (protocol !== 'https:' && !isLoopbackHost(hostname)) {
    conflicts.push({
      between,
      sentence: 'COOKIE_DOMAIN: sharing cookies needs https. Write a PUBLIC_URL with https.',
    })
  }
  if (!isWithin(hostname, cookieDomain)) {
    conflicts.push({ between, sentence: `COOKIE_DOMAIN: the host of PUBLIC_URL, ${hostname}, is not in this domain.` })
  }
  return conflicts
}

/** A browser refuses passkeys of a domain that the page is not in (WebAuthn Level 3 §5.1.3). */
function findForeignPasskeys(
  { passkeyRpId }: ContradictorySettings['mfa'],
  { publicUrl }: Pick<HttpSettings, 'publicUrl'>,
): Contradiction[] {
  const { hostname } = new URL(publicUrl)
  if (passkeyRpId === undefined || isWithin(hostname, passkeyRpId)) return []
  const sentence =
    `PASSKEY_RP_ID: the host of PUBLIC_URL, ${hostname}, is not in this domain, so browsers would refuse its passkeys. ` +
    'Write that host, a parent domain of it, or none.'
  return [{ between: ['PASSKEY_RP_ID', 'PUBLIC_URL'], sentence }]
}

/** Whether a host is this domain or in it. */
function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

/** As in Django and djoser, which fail only at the first request or the first email. */
function findDjoserConflicts({
  accounts,
  djoser,
}: Pick<ContradictorySettings, 'accounts' | 'djoser'>): Contradiction[] {
  const conflicts: Contradiction[] = []
  if (accounts.requiredFields.includes(accounts.usernameField)) {
    conflicts.push({
      between: ['REQUIRED_FIELDS', 'USERNAME_FIELD'],
      sentence: `REQUIRED_FIELDS: names ${accounts.usernameField}, which USERNAME_FIELD requires anyway. Remove it here.`,
    })
  }
  for (const [name, field] of [
    ['USERNAME_FIELD', accounts.usernameField],
    ['LOGIN_FIELD', accounts.loginField],
  ] as const) {
    if (field !== 'phone_number' || accounts.loginWith.includes('phone')) continue
    const sentence = `LOGIN_WITH: ${name}=phone_number needs phone in it. Write username,phone.`
    conflicts.push({ between: ['LOGIN_WITH', name], sentence })
  }
  // Otherwise, strangers could register at another path.
  if (accounts.registration === 'open' && onlyStaffCreateUsers(djoser)) {
    conflicts.push({
      between: ['PERMISSIONS', 'REGISTRATION'],
      sentence:
        'REGISTRATION: is open, but PERMISSIONS lets only staff create users (user_create). Set REGISTRATION=closed or invite.',
    })
  }
  if (djoser.isOn && djoser.sendsActivationEmail && djoser.activationUrl === undefined) {
    conflicts.push({
      between: ['ACTIVATION_URL', 'SEND_ACTIVATION_EMAIL'],
      sentence:
        'ACTIVATION_URL: SEND_ACTIVATION_EMAIL needs it. Write the page of your front end, such as activate/{uid}/{token}.',
    })
  }
  return conflicts
}

/** A link contains a secret. A mistake in its address would give everybody's secret away. */
function findForeignLinks(
  mail: ContradictorySettings['mail'],
  { publicUrl, allowedOrigins }: ContradictorySettings['http'],
): Contradiction[] {
  const origins = [new URL(publicUrl).origin, ...allowedOrigins]
  return Object.entries(linkSettings).flatMap(([member, name]) => {
    const url = mail[member as LinkSetting]
    const origin = url && originOfLink(url)
    if (origin === undefined || origins.includes(origin)) return []
    const sentence = `${name}: leads to ${origin}, which is neither the origin of PUBLIC_URL nor in ALLOWED_ORIGINS. Add it there.`
    return [{ between: [name, 'ALLOWED_ORIGINS'], sentence }]
  })
}
