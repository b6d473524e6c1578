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
  [5, 'Another program keeps the file locked. Stop it.'],
  [8, 'Let this user write the file and its folder.'],
  [10, 'The disk cannot be read or written. See what the system says about it.'],
  [11, 'The file is damaged. Restore a backup.'],
  [13, 'The disk is full. Make room.'],
  [14, 'Let this user read and write the file and its folder, or write another DATABASE_URL.'],
  [26, 'The file is something else. Write another DATABASE_URL.'],
])

const POSTGRES_FAULTS: ReadonlyMap<string, string> = new Map([
  ['28P01', 'Put user and password in DATABASE_URL right.'],
  ['28000', 'Put user and password in DATABASE_URL right, or let that user in.'],
  ['3D000', 'Make it, or put its name in DATABASE_URL right.'],
  ['42501', 'Grant that user what it needs, or write another one into DATABASE_URL.'],
  ['53300', 'Let PostgreSQL have more connections, or stop some of its clients.'],
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
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is in use. Stop the program that has it, or write another PORT.`
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine. Write one that is as HOST.`
  if (code === 'EACCES') return `this user may not listen on port ${port}. Write a PORT of 1024 or more.`
  return `${message}. Write another HOST or PORT.`
}

function sqliteCure({ code, errcode, syscall }: Facts): string | undefined {
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_FAULTS.get(errcode & 0xff)
  if (syscall === 'mkdir' || syscall === 'chmod' || syscall === 'open') {
    return 'Let this user write there, or write another DATABASE_URL.'
  }
  return undefined
}

function postgresCure({ code, syscall, message }: Facts): string | undefined {
  const isUnreached = ['connect', 'getaddrinfo', 'read'].includes(syscall) || /timeout|terminated/i.test(message)
  if (isUnreached) return 'See that PostgreSQL is running, and that DATABASE_URL names its host and port.'
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
