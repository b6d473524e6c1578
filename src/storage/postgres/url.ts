/** A `postgres://` URL that cannot be used. The message says why, and what to do. It never shows the URL. */
export class PostgresUrlError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'PostgresUrlError'
  }
}

/**
 * Whether a connection is encrypted, and how the certificate is checked. `verify-ca` checks who signed it, but not the
 * host name.
 */
type TlsMode = 'disable' | 'no-verify' | 'verify-ca' | 'verify-full'

/** The TLS settings in a URL. The members except `mode` are paths of PEM files. */
export type PostgresTls = {
  /** Undefined: the URL does not say. */
  mode: TlsMode | undefined
  /** Certificates of the authorities to trust. Undefined: those that Node.js brings. */
  authority: string | undefined
  /** The certificate and the key to log in with. */
  certificate: string | undefined
  key: string | undefined
}

/** The modes by the names in URLs. `require` is safer than in libpq, which then checks nothing. */
const MODES: ReadonlyMap<string, TlsMode> = new Map([
  ['disable', 'disable'],
  ['no-verify', 'no-verify'],
  ['verify-ca', 'verify-ca'],
  ['require', 'verify-full'],
  ['verify-full', 'verify-full'],
])

const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey']
/**
 * Parameters that select the server, and parameters of libpq that other programs may have added and that change nothing
 * here.
 */
const PARAMETERS: ReadonlySet<string> = new Set([
  ...TLS_PARAMETERS,
  ...['host', 'port', 'user', 'password', 'options', 'sslnegotiation', 'application_name', 'fallback_application_name'],
  ...['connect_timeout', 'client_encoding', 'target_session_attrs', 'channel_binding', 'gssencmode'],
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout'],
])

/**
 * Reads the TLS settings in a URL.
 *
 * @throws PostgresUrlError if it has a parameter that does not exist (a misspelt `sslmode` would leave the connection
 *   unencrypted), a parameter twice, or a mode that protects nothing
 */
export function readPostgresTls(url: string): PostgresTls {
  const { searchParams, username, password, pathname } = new URL(url)
  requireDecodable(username + password + pathname)
  const names = [...searchParams.keys()]
  const unknown = names.find((name) => !PARAMETERS.has(name))
  if (unknown !== undefined) {
    throw new PostgresUrlError(
      `has the parameter ${JSON.stringify(unknown)}, which Latchkey does not know. Correct its name, or remove it. ` +
        `For TLS there are ${TLS_PARAMETERS.join(', ')}`,
    )
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new PostgresUrlError(`has the parameter ${twice} twice. Remove one`)
  const read = (name: string) => searchParams.get(name) || undefined
  const authority = read('sslrootcert')
  const [certificate, key] = [read('sslcert'), read('sslkey')]
  const mode = readMode(read('sslmode'))
  const hasFiles = [authority, certificate, key].some((path) => path !== undefined)
  if (mode === 'verify-ca' && (authority === undefined || authority === 'system')) {
    throw new PostgresUrlError(
      'has sslmode=verify-ca without sslrootcert: anybody can get a certificate from a public authority. ' +
        'Add sslrootcert=/path/to/authority.pem, or write sslmode=verify-full',
    )
  }
  if ((certificate === undefined) !== (key === undefined)) {
    throw new PostgresUrlError('has only one of sslcert and sslkey. Name both, or neither')
  }
  return {
    mode: mode ?? (hasFiles ? 'verify-full' : undefined),
    authority: authority === 'system' ? undefined : authority,
    certificate,
    key,
  }
}

function requireDecodable(text: string): void {
  try {
    decodeURIComponent(text)
  } catch (error) {
    throw new PostgresUrlError('has a % that begins no percent-encoded character. Write %25 for it', error)
  }
}

function readMode(name: string | undefined): TlsMode | undefined {
  if (name === undefined) return undefined
  const mode = MODES.get(name)
  if (mode !== undefined) return mode
  if (name === 'prefer' || name === 'allow') {
    throw new PostgresUrlError(
      `has sslmode=${name}, which protects nothing: anyone between the two machines can turn TLS off. ` +
        'Write sslmode=verify-full, or sslmode=disable if nobody can get between them',
    )
  }
  throw new PostgresUrlError(
    'has an sslmode that does not exist. Write disable, require, verify-ca, verify-full or no-verify',
  )
}
