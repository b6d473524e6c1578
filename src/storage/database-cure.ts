import { isAggregateError, isError } from '../platform/is-error.ts'
import type { DatabaseKind } from './database.ts'
import { DatabaseUnavailableError } from './database-trouble.ts'

/** An error of the system, of SQLite or of PostgreSQL. */
type Facts = { code: string; syscall: string; errcode: number; message: string }

/** The cures for SQLite's errors, by primary code. */
const SQLITE_CURES: ReadonlyMap<number, string> = new Map([
  [5, 'Another program has locked the file. Stop that program.'],
  [8, 'Give this user permission to write the file and its folder.'],
  [10, 'The disk cannot be read or written. Check the system log.'],
  [11, 'The file is damaged. Restore a backup.'],
  [13, 'The disk is full. Free some space.'],
  [14, 'Give this user permission to read and write the file and its folder, or change DATABASE_URL.'],
  [26, 'The file is not a SQLite database. Change DATABASE_URL.'],
])

/** The cures for PostgreSQL's errors, by SQLSTATE. */
const POSTGRES_CURES: ReadonlyMap<string, string> = new Map([
  ['28P01', 'Correct the user and password in DATABASE_URL.'],
  [
    '28000',
    'Correct the user in DATABASE_URL, or allow it to connect (pg_hba.conf). If encryption is required, add ' +
      '?sslmode=verify-full; if a client certificate is required, add sslcert and sslkey.',
  ],
  ['3D000', 'Create the database, or correct its name in DATABASE_URL.'],
  ['42501', 'Grant that user the missing rights (it must own the database), or put another user into DATABASE_URL.'],
  ['53300', 'Raise max_connections in PostgreSQL, or stop some of its clients.'],
  ['53100', 'The disk of PostgreSQL is full. Free some space.'],
  ['25006', 'This server is a read-only copy. Put the primary server into DATABASE_URL.'],
  ['XX000', 'PostgreSQL itself has failed. Read its log.'],
  ['XX001', 'PostgreSQL has found damaged data. Read its log, and restore a backup.'],
  ['57P03', 'PostgreSQL is still starting. Start Latchkey again when it is done.'],
  ['08P01', 'Check that DATABASE_URL leads to PostgreSQL or to its pooler, and read the log there.'],
])

const PRIVATE_CA =
  'If a private authority signed the certificate, add sslrootcert=/path/to/authority.pem to DATABASE_URL.'
const NOT_AN_AUTHORITY = 'Name the certificate of the authority that signed it in sslrootcert.'
/** The cures for untrusted connections, by the code of OpenSSL or Node.js. */
const TLS_CURES: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', PRIVATE_CA],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', PRIVATE_CA],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', PRIVATE_CA],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', PRIVATE_CA],
  ['UNABLE_TO_GET_ISSUER_CERT', PRIVATE_CA],
  ['CERT_SIGNATURE_FAILURE', NOT_AN_AUTHORITY],
  ['INVALID_CA', NOT_AN_AUTHORITY],
  ['INVALID_PURPOSE', 'Give PostgreSQL a certificate for servers (extended key usage serverAuth).'],
  ['CERT_UNTRUSTED', PRIVATE_CA],
  ['CERT_REVOKED', 'Give PostgreSQL a new certificate: this one was revoked.'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'Use the host name from the certificate in DATABASE_URL, or give PostgreSQL a certificate for this one. ' +
      'sslmode=verify-ca does not check the name.',
  ],
  ['CERT_HAS_EXPIRED', 'Renew the certificate of PostgreSQL.'],
  ['CERT_NOT_YET_VALID', 'Check the clocks of both machines.'],
  ['EPROTO', 'Check that this port of PostgreSQL uses TLS.'],
])

/** TLS alerts about the certificate that Latchkey logs in with. */
const CLIENT_CERTIFICATE = /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/

/**
 * How to fix a failure to open or use a database, as sentences for the person who runs it. Undefined for an unexpected
 * error.
 *
 * @returns what happened, and the cure. Neither contains a password.
 */
export function databaseCure(cause: unknown, kind: DatabaseKind): { reason: string; cure: string } | undefined {
  const original = cause instanceof DatabaseUnavailableError ? (cause.cause ?? cause) : cause
  // `localhost` has several addresses, and none of them responded.
  if (isAggregateError(original)) {
    return original.errors.map((one) => databaseCure(one, kind)).find((found) => found !== undefined)
  }
  if (!isError(original)) return undefined
  const facts = factsOf(original)
  const cure = kind === 'sqlite' ? sqliteCure(facts) : postgresCure(facts)
  return cure === undefined ? undefined : { reason: facts.message.replace(/\.$/, ''), cure }
}

function sqliteCure({ code, errcode, syscall }: Facts): string | undefined {
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_CURES.get(errcode & 0xff)
  if (code === 'ENOSPC') return SQLITE_CURES.get(13)
  if (['mkdir', 'chmod', 'open'].includes(syscall))
    return 'Give this user permission to write there, or change DATABASE_URL.'
  return undefined
}

function postgresCure({ code, syscall, message }: Facts): string | undefined {
  if (/does not support SSL/i.test(message)) {
    return 'Turn on TLS in PostgreSQL. Only if nobody can listen on the network, write sslmode=disable in DATABASE_URL instead.'
  }
  const tls = TLS_CURES.get(code)
  if (tls !== undefined) return tls
  if (CLIENT_CERTIFICATE.test(code)) return 'PostgreSQL refuses the certificate in sslcert. Use one that it accepts.'
  if (code.startsWith('ERR_SSL_') || /establishing an SSL connection/.test(message)) {
    return 'Check that this port of PostgreSQL uses TLS 1.2 or newer.'
  }
  const isUnreached = ['connect', 'getaddrinfo', 'read'].includes(syscall) || /timeout|terminated/i.test(message)
  if (isUnreached) return 'Check that PostgreSQL is running and that DATABASE_URL has its host and port.'
  return POSTGRES_CURES.get(code)
}

function factsOf(error: Error): Facts {
  const { code, syscall, errcode } = error as Partial<Record<'code' | 'syscall' | 'errcode', unknown>>
  return {
    code: String(code ?? ''),
    syscall: String(syscall ?? ''),
    errcode: Number(errcode ?? 0),
    message: error.message,
  }
}
