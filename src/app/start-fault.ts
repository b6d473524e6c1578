/** Where a server was to listen, and on which database it was to run. */
export type StartAttempt = { host: string; port: number; databaseUrl: string }

/** What an error of the system, of SQLite or of PostgreSQL tells of itself. */
type Facts = { code: string; syscall: string; errcode: number; message: string }

/** Errors of our own whose messages say all of it. */
const TOLD: ReadonlySet<string> = new Set([
  'NewerSchemaError',
  'SameNameError',
  'ConfigModuleError',
  'MailTemplateError',
])

const SQLITE_FAULTS: ReadonlyMap<number, string> = new Map([
  [5, 'Another program has locked the file. Stop that program.'],
  [8, 'Give this user permission to write the file and its folder.'],
  [10, 'The disk cannot be read or written. Check the system log.'],
  [11, 'The file is damaged. Restore a backup.'],
  [13, 'The disk is full. Free some space.'],
  [14, 'Give this user permission to read and write the file and its folder, or change DATABASE_URL.'],
  [26, 'The file is not a SQLite database. Change DATABASE_URL.'],
])

const POSTGRES_FAULTS: ReadonlyMap<string, string> = new Map([
  ['28P01', 'Correct the user and password in DATABASE_URL.'],
  ['28000', 'Correct the user and password in DATABASE_URL, or allow that user to connect.'],
  ['3D000', 'Create it, or correct its name in DATABASE_URL.'],
  ['42501', 'Grant that user the missing rights, or put another user into DATABASE_URL.'],
  ['53300', 'Raise max_connections in PostgreSQL, or stop some of its clients.'],
])

/**
 * Why a server could not start, and what to do about it, as a sentence for whoever started it. It may name paths and
 * addresses, but no password.
 *
 * @returns undefined for what nobody foresaw; then the stack is what helps
 */
export function startFault(error: unknown, attempt: StartAttempt): string | undefined {
  if (error instanceof AggregateError) {
    // `localhost` has several addresses, and none of them answered.
    const faults = error.errors.map((one) => startFault(one, attempt))
    return faults.find((fault) => fault !== undefined)
  }
  if (!(error instanceof Error)) return undefined
  if (TOLD.has(error.name)) return `${error.message}.`
  const facts = factsOf(error)
  if (facts.syscall === 'listen') return listenFault(facts, attempt)
  const cure = attempt.databaseUrl.startsWith('sqlite:') ? sqliteCure(facts) : postgresCure(facts)
  return cure === undefined ? undefined : `the database cannot be opened: ${facts.message}. ${cure}`
}

function listenFault({ code, message }: Facts, { host, port }: StartAttempt): string {
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is in use. Stop the program that uses it, or change PORT.`
  if (code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine. Change HOST.`
  if (code === 'EACCES') return `this user may not listen on port ${port}. Set PORT to 1024 or higher.`
  return `${message}. Change HOST or PORT.`
}

function sqliteCure({ code, errcode, syscall }: Facts): string | undefined {
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_FAULTS.get(errcode & 0xff)
  if (syscall === 'mkdir' || syscall === 'chmod' || syscall === 'open') {
    return 'Give this user permission to write there, or change DATABASE_URL.'
  }
  return undefined
}

function postgresCure({ code, syscall, message }: Facts): string | undefined {
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
