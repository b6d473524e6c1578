import { withFullStop } from '../../platform/full-stop.ts'
import { isError } from '../../platform/is-error.ts'
import { databaseCure } from '../../storage/database-cure.ts'
import { PostgresUrlError } from '../../storage/postgres/url.ts'
import { StartError } from './start-error.ts'

/** Where a server tried to listen, and its database. */
export type StartAttempt = { host: string; port: number; databaseUrl: string }

/** Our own errors, whose messages are complete. */
const SELF_EXPLAINED: ReadonlySet<string> = new Set([
  'MissingTablesError',
  'NewerSchemaError',
  'SameNameError',
  'UnfitDatabaseError',
  'ConfigModuleError',
  'MailTemplateError',
])

/**
 * Why a server could not start and how to fix it, as a sentence for the person who started it. It may contain paths and
 * addresses, but no password.
 *
 * @returns undefined for an unexpected error, where the stack helps more
 */
export function startFault(error: unknown, attempt: StartAttempt): string | undefined {
  if (!isError(error)) return undefined
  if (SELF_EXPLAINED.has(error.name)) return withFullStop(error.message)
  if (!(error instanceof StartError)) return undefined
  const { step, cause } = error
  if (isError(cause) && SELF_EXPLAINED.has(cause.name)) return withFullStop(cause.message)
  if (cause instanceof PostgresUrlError) return `DATABASE_URL ${cause.message}.`
  return step === 'listen' ? listenFault(cause, attempt) : databaseFault(cause, attempt)
}

function listenFault(cause: unknown, { host, port }: StartAttempt): string | undefined {
  if (!isError(cause)) return undefined
  const { message } = cause
  const code = 'code' in cause ? String(cause.code) : ''
  if (host.startsWith('unix:')) return `${message}. ${socketCure(code)}`
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is in use. Stop the program that uses it, or change PORT.`
  if (code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine. Change HOST.`
  if (code === 'EACCES') return `this user may not listen on port ${port}. Set PORT to 1024 or higher.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} has no address. Correct HOST.`
  return `${message}. Change HOST or PORT.`
}

function socketCure(code: string): string {
  if (code === 'EADDRINUSE') {
    return 'Stop the program that listens there. If there is a file that is not a socket, move it away, or change HOST.'
  }
  return 'Make sure that the folder of the socket exists and that this user may write to it, or change HOST.'
}

function databaseFault(cause: unknown, { databaseUrl }: StartAttempt): string | undefined {
  const found = databaseCure(cause, databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgres')
  return found && `the database cannot be opened: ${found.reason}. ${found.cure}`
}
