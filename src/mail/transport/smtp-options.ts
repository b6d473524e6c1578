import { isIP, isIPv4 } from 'node:net'
import type { SMTPTransportOptions } from 'nodemailer'

const CONNECTION_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 20_000

/**
 * How to talk to an SMTP server.
 *
 * - `smtps:` uses TLS from the first byte and checks the certificate.
 * - `smtp:` with a password uses STARTTLS, or sends nothing, and checks the certificate.
 * - `smtp:` without a password uses TLS if offered, with any certificate (RFC 7435): an attacker who can forge one can
 *   also hide the offer.
 * - On the loopback, nobody can intercept: certificates are not checked, and TLS is used if offered.
 *
 * @param url MAIL_URL, already checked
 * @param ownName the host name in EHLO. The name of the machine may mean nothing to others, and many mail servers
 * refuse such a name
 */
export function smtpOptions(url: string, ownName: string): SMTPTransportOptions {
  const { protocol, hostname, port, username, password } = new URL(url)
  const isSecure = protocol === 'smtps:'
  const hasPassword = username !== '' || password !== ''
  const isLocal = isLoopback(hostname)
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    name: greetingName(ownName),
    secure: isSecure,
    requireTLS: !isSecure && hasPassword && !isLocal,
    tls: { rejectUnauthorized: !isLocal && (isSecure || hasPassword) },
    ...(hasPassword && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    greetingTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/**
 * Without names below `localhost`: the resolver decides where those lead, and a wrong guess would reveal a password.
 */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}

/** A host name as it is, an address as a literal (RFC 5321 §4.1.3). */
function greetingName(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) === 0) return bare
  return isIPv4(bare) ? `[${bare}]` : `[IPv6:${bare}]`
}
