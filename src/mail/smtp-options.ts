import { isIP, isIPv4 } from 'node:net'
import type { SMTPTransportOptions } from 'nodemailer'

const CONNECTION_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 20_000

/**
 * How an SMTP server is spoken to.
 *
 * - `smtps:` TLS from the first byte, the certificate is checked.
 * - `smtp:` with a password: TLS by STARTTLS or nothing is sent, the certificate is checked.
 * - `smtp:` without: TLS if it is offered, whatever the certificate (RFC 7435): who can forge that can also hide the offer.
 * - On the loopback nobody stands between: certificates are not checked, and TLS is used where it is offered.
 *
 * @param url as MAIL_URL was checked
 * @param ownName the host name by which this server introduces itself (EHLO); the name of the machine may mean nothing to
 *   anybody else, and many mail servers refuse such a name
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

/** Without names below `localhost`: where those lead is up to the resolver, and here a wrong guess gives a password away. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}

/** A host name as it is, an address as a literal (RFC 5321 §4.1.3). */
function greetingName(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) === 0) return bare
  return isIPv4(bare) ? `[${bare}]` : `[IPv6:${bare}]`
}
