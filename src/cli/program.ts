import { Command, CommanderError } from 'commander'
import { isAggregateError, isError } from '../platform/is-error.ts'
import { addBackup } from './commands/backup.ts'
import { addBreachedPasswords } from './commands/breached-passwords.ts'
import { addChangepassword } from './commands/changepassword.ts'
import { addCreatesuperuser } from './commands/createsuperuser.ts'
import { addDev } from './commands/dev.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExport } from './commands/export.ts'
import { addFlushexpiredtokens } from './commands/flushexpiredtokens.ts'
import { addGroups } from './commands/groups.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addKeys } from './commands/keys.ts'
import { addMail } from './commands/mail.ts'
import { addMigrate } from './commands/migrate.ts'
import { addOpenapi } from './commands/openapi.ts'
import { addServe } from './commands/serve.ts'
import { addSessions } from './commands/sessions.ts'
import { addSync } from './commands/sync.ts'
import { addUrls } from './commands/urls.ts'
import { addUsers } from './commands/users.ts'
import type { Context } from './context.ts'
import { Refusal } from './refusal.ts'
import { printable } from './terminal/printable.ts'

/** The outcome of a command: done, refused (stderr says why), or wrong usage. */
const exitCodes = { done: 0, refused: 1, misused: 2 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** All commands, for commander. */
export function createProgram(context: Context): Command {
  const { terminal } = context
  const program = new Command('latchkey')
    .description(
      'The command line of Latchkey. It works on the database of running servers; changes take effect at once.',
    )
    .version(context.version)
    .option('--env-file <path>', 'the file with the settings; default: that of LATCHKEY_ENV_FILE, else .env')
    .hook('preAction', (_program, command) => {
      const { envFile } = command.optsWithGlobals<{ envFile?: string }>()
      if (envFile !== undefined) context.useEnvFile(envFile)
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.tell(text.trimEnd()),
    })
    .showHelpAfterError('(use --help for help; put -- before a name that begins with -)')
  const commands = [
    addInit,
    addDev,
    addServe,
    addMigrate,
    addCreatesuperuser,
    addChangepassword,
    addUsers,
    addGroups,
    addSessions,
    addKeys,
    addMail,
    addBackup,
    addImport,
    addExport,
    addSync,
    addBreachedPasswords,
    addFlushexpiredtokens,
    addDoctor,
    addOpenapi,
    addUrls,
  ]
  for (const add of commands) add(program, context)
  return program
}

/**
 * Runs one command.
 *
 * @param argumentTexts the words after the name of the program
 */
export async function runProgram(argumentTexts: readonly string[], context: Context): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync(argumentTexts, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    // Commander has already printed the rest.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.misused
    context.terminal.tell(error instanceof Refusal ? error.message : failureWords(error))
    return exitCodes.refused
  }
}

/** Prints unexpected errors: for databases and files their message, for bugs also the stack. */
function failureWords(error: unknown): string {
  if (!isError(error)) return String(error)
  if (isAggregateError(error)) return error.errors.map(failureWords).join('\n')
  const isOfSystem = 'code' in error
  return (isOfSystem ? error.message : (error.stack ?? error.message)).split('\n').map(printable).join('\n')
}
