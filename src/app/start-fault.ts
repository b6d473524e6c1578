import { isAggregateError, isError } from '../platform/is-error.ts'
import { DatabaseUnavailableError } from '../storage/database-trouble.ts'
import { StartError } from './start-error.ts'

/** Where a server tried to listen, and on which database it tried to run. */
export type StartAttempt = { host: string; port: number; databaseUrl: string }

/** What an error of the system, of SQLite or of PostgreSQL says about itself. */
type Facts = { code: string; syscall: string; errcode: number; message: string }

/** Our own errors, whose messages are complete. */
const TOLD: ReadonlySet<string> = new Set([
  'NewerSchemaError',
  'SameNameError',
  'UnfitDatabaseError',
  'ConfigModuleError',
  'MailTemplateError',
])

/** SQLite's errors by primary code, with the cure. */
const SQLITE_FAULTS: ReadonlyMap<number, string> = new Map([
  [5, 'Another program has locked the file. Stop that program.'],
  [8, 'Give this user permission to write the file and its folder.'],
  [10, 'The disk cannot be read or written. Check the system log.'],
  [11, 'The file is damaged. Restore a backup.'],
  [13, 'The disk is full. Free some space.'],
  [14, 'Give this user permission to read and write the file and its folder, or change DATABASE_URL.'],
  [26, 'The file is not a SQLite database. Change DATABASE_URL.'],
])

/** The same for PostgreSQL, by SQLSTATE. */
const POSTGRES_FAULTS: ReadonlyMap<string, string> = new Map([
  ['28P01', 'Correct the user and password in DATABASE_URL.'],
  [
    '28000',
    'Correct the user in DATABASE_URL, or allow it to connect (pg_hba.conf). If encryption is required, add ?sslmode=verify-full.',
  ],
  ['3D000', 'Create the database, or correct its name in DATABASE_URL.'],
  ['42501', 'Grant that user the missing rights (it must own the database), or put another user into DATABASE_URL.'],
  ['53300', 'Raise max_connections in PostgreSQL, or stop some of its clients.'],
  ['53100', 'The disk of PostgreSQL is full. Free some space.'],
  ['25006', 'This server is a read-only copy. Put the primary server into DATABASE_URL.'],
  ['57P03', 'PostgreSQL is still starting. Start Latchkey again when it is done.'],
  ['08P01', 'Check that DATABASE_URL leads to PostgreSQL or to its pooler, and read the log there.'],
])

const PRIVATE_CA =
  'If a private authority signed the certificate, add sslrootcert=/path/to/authority.pem to DATABASE_URL.'
/** Why a connection was not trusted, by the code of OpenSSL or Node. */
const TLS_FAULTS: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', PRIVATE_CA],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', PRIVATE_CA],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', PRIVATE_CA],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', PRIVATE_CA],
  ['UNABLE_TO_GET_ISSUER_CERT', PRIVATE_CA],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Use the host name from the certificate in DATABASE_URL.'],
  ['CERT_HAS_EXPIRED', 'Renew the certificate of PostgreSQL.'],
  ['CERT_NOT_YET_VALID', 'Check the clocks of both machines.'],
  ['EPROTO', 'Check that this port of PostgreSQL uses TLS.'],
])

/**
 * Why a server could not start and how to fix it, as a sentence for the person who started it. It may contain paths and
 * addresses, but no password.
 *
 * @returns undefined for an unexpected error, where the stack helps more
 */
export function startFault(error: unknown, attempt: StartAttempt): string | undefined {
  if (!isError(error)) return undefined
  if (TOLD.has(error.name)) return `${error.message}.`
  if (!(error instanceof StartError)) return undefined
  const { step, cause } = error
  if (isError(cause) && TOLD.has(cause.name)) return `${cause.message}.`
  return step === 'listen' ? listenFault(cause, attempt) : databaseFault(cause, attempt)
}

function listenFault(cause: unknown, { host, port }: StartAttempt): string | undefined {
  if (!isError(cause)) return undefined
  const { code, message } = factsOf(cause)
  if (host.startsWith('unix:')) {
    return `${message}. Give this user permission to write to the folder of the socket, stop the program that listens there, or change HOST.`
  }
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is in use. Stop the program that uses it, or change PORT.`
  if (code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine. Change HOST.`
  if (code === 'EACCES') return `this user may not listen on port ${port}. Set PORT to 1024 or higher.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} has no address. Correct HOST.`
  return `${message}. Change HOST or PORT.`
}

function databaseFault(cause: unknown, attempt: StartAttempt): string | undefined {
  const told = cause instanceof DatabaseUnavailableError ? (cause.cause ?? cause) : cause
  // `localhost` has several addresses, and none of them responded.
  if (isAggregateError(told)) {
    return told.errors.map((one) => databaseFault(one, attempt)).find((fault) => fault !== undefined)
  }
  if (!isError(told)) return undefined
  const facts = factsOf(told)
  const cure = attempt.databaseUrl.startsWith('sqlite:') ? sqliteCure(facts) : postgresCure(facts)
  return cure === undefined ? undefined : `the database cannot be opened: ${facts.message}. ${cure}`
}

function sqliteCure({ code, errcode, syscall }: Facts): string | undefined {
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_FAULTS.get(errcode & 0xff)
  if (code === 'ENOSPC') return SQLITE_FAULTS.get(13)
  if (['mkdir', 'chmod', 'open'].includes(syscall))
    return 'Give this user permission to write there, or change DATABASE_URL.'
  return undefined
}

function postgresCure({ code, syscall, message }: Facts): string | undefined {
  if (syscall === 'open')
    return 'Correct the path of the certificate or key in DATABASE_URL, and let this user read it.'
  if (/does not support SSL/i.test(message)) {
    return 'Turn on TLS in PostgreSQL. Only if nobody can listen on the network, remove sslmode from DATABASE_URL instead.'
  }
  const tls = TLS_FAULTS.get(code)
  if (tls !== undefined) return tls
  const isUnreached = ['connect', 'getaddrinfo', 'read'].includes(syscall) || /timeout|terminated/i.test(message)
  if (isUnreached) return 'Check that PostgreSQL is running and that DATABASE_URL has its host and port.'
  return POSTGRES_FAULTS.get(code)
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
