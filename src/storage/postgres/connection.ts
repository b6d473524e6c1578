import { existsSync, readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import type { ClientConfig } from 'pg'
import { messageOf } from '../../platform/is-error.ts'
import { urlsOfHosts } from './hosts.ts'
import { type PostgresTls, PostgresUrlError, readPostgresTls } from './url.ts'

/** The members of a connection's configuration that its URL decides. */
type Connection = Pick<ClientConfig, 'connectionString' | 'ssl'>

/**
 * The configuration with which `pg` connects as a URL says. TLS is decided here, not by `pg`, because its next major
 * version will interpret the modes differently.
 *
 * @throws PostgresUrlError if the URL or a file that it names cannot be used
 */
export function postgresConnection(url: string): Connection {
  const tls = readPostgresTls(url)
  const rest = new URL(url)
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey']) rest.searchParams.delete(name)
  const ssl = isSocket(rest) ? false : tlsOptions(tls)
  return { connectionString: rest.href, ...(ssl !== undefined && { ssl }) }
}

/** A socket on this machine is not encrypted, whatever the mode, as in libpq. */
function isSocket({ hostname, searchParams }: URL): boolean {
  const host = searchParams.get('host') ?? decodeURIComponent(hostname)
  return host.startsWith('/')
}

function tlsOptions({ mode, authority, certificate, key }: PostgresTls): ConnectionOptions | false | undefined {
  if (mode === undefined) return undefined
  if (mode === 'disable') return false
  const files = {
    ...(authority !== undefined && { ca: readPem('sslrootcert', authority) }),
    ...(certificate !== undefined && { cert: readPem('sslcert', certificate) }),
    ...(key !== undefined && { key: readPem('sslkey', key) }),
  }
  try {
    createSecureContext(files)
  } catch (error) {
    throw new PostgresUrlError(
      `names TLS files that cannot be used (${messageOf(error)}). They must be PEM files, and the key, which must ` +
        'have no password, must belong to the certificate',
      error,
    )
  }
  if (mode === 'no-verify') return { ...files, rejectUnauthorized: false }
  return { ...files, rejectUnauthorized: true, ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }) }
}

function readPem(parameter: string, path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new PostgresUrlError(
      `names a file that cannot be read: ${parameter} (${messageOf(error)}). Correct the path, and let this user read the file`,
      error,
    )
  }
  // Node.js takes a file without a certificate as an empty list of authorities, and later reports only that it trusts
  // nobody.
  if (text.includes('-----BEGIN ')) return text
  throw new PostgresUrlError(`names a file that is not a PEM file: ${parameter} (${path}). Correct the path`)
}

/** The public authorities on Debian and its relatives. Before version 16, libpq does not find them itself. */
const PUBLIC_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'

/**
 * The environment with which PostgreSQL's own programs connect as a URL says. The password is in it, not in the
 * arguments, because everybody on the machine can read those.
 *
 * @throws PostgresUrlError
 */
export function libpqEnvironment(url: string): Record<string, string | undefined> {
  const urls = urlsOfHosts(url)
  const all = urls.map((one) => new URL(one))
  const { username, password, pathname, searchParams } = new URL(urls[0])
  const given = (name: string) => searchParams.get(name) || undefined
  return {
    PGHOST: given('host') ?? (all.map((one) => decodeURIComponent(one.hostname)).join(',') || undefined),
    PGPORT:
      given('port') ??
      (all.some(({ port }) => port !== '') ? all.map(({ port }) => port || '5432').join(',') : undefined),
    // Of several servers, the primary. It alone can be written to and is never behind.
    PGTARGETSESSIONATTRS: all.length > 1 ? 'read-write' : undefined,
    PGUSER: given('user') ?? (decodeURIComponent(username) || undefined),
    PGPASSWORD: given('password') ?? (decodeURIComponent(password) || undefined),
    PGDATABASE: decodeURIComponent(pathname.slice(1)) || undefined,
    PGOPTIONS: given('options'),
    PGAPPNAME: 'latchkey backup',
    ...libpqTls(readPostgresTls(urls[0])),
  }
}

function libpqTls({ mode, authority, certificate, key }: PostgresTls): Record<string, string | undefined> {
  if (mode === undefined) return {}
  const publicAuthorities = existsSync(PUBLIC_AUTHORITIES) ? PUBLIC_AUTHORITIES : 'system'
  return {
    // Without a file of authorities, libpq's `require` encrypts but checks nothing.
    PGSSLMODE: mode === 'no-verify' ? 'require' : mode,
    PGSSLROOTCERT: authority ?? (mode === 'verify-full' ? publicAuthorities : undefined),
    PGSSLCERT: certificate,
    PGSSLKEY: key,
  }
}
