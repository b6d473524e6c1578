import type { Command } from 'commander'
import { carryOverChecks } from '../../flows/upkeep/checks/carry-over-check.ts'
import type { Check } from '../../flows/upkeep/checks/check.ts'
import { type CheckedSettings, settingsChecks } from '../../flows/upkeep/checks/settings-checks.ts'
import { isError } from '../../platform/is-error.ts'
import { DatabaseUnavailableError } from '../../storage/database-trouble.ts'
import { databaseChecks } from '../checks/database-checks.ts'
import { fileChecks } from '../checks/file-checks.ts'
import { machineChecks } from '../checks/machine-checks.ts'
import { storageChecks } from '../checks/storage-checks.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { printable, printableJson } from '../terminal/printable.ts'
import { counted } from '../words/counted.ts'

/** `doctor`: finds problems of this installation and says how to fix them. */
export function addDoctor(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('checks settings, database, keys and machine, and says how to fix each problem')
    .option('--json', 'print JSON, for programs')
    .action(async ({ json }: { json?: true }) => {
      const checks = await examineAll(context)
      const problems = checks.filter(({ verdict }) => verdict === 'problem').length
      context.terminal.write(
        json === true ? `${printableJson({ healthy: problems === 0, checks })}\n` : checks.map(lineOf).join(''),
      )
      if (problems > 0) throw new Refusal(`${counted(problems, 'problem')} found.`)
    })
}

async function examineAll(context: Context): Promise<Check[]> {
  const { doctor } = context
  const { faults, settings } = doctor.readSettings()
  return [
    ...machineChecks(doctor.nodeVersion, context.now()),
    ...faults.map((fault): Check => ({ subject: 'settings', verdict: 'problem', message: fault })),
    ...(faults.length === 0 ? [{ subject: 'settings', verdict: 'ok', message: 'are valid' } as const] : []),
    ...(settings === undefined ? [] : settingsChecks(settings)),
    ...(settings?.carryOver === undefined ? [] : carryOverChecks(settings.carryOver, context.now())),
    // Before the database is opened, because opening it sets the mode of its file.
    ...(settings === undefined ? [] : fileChecks(settings.storage.databaseUrl, doctor.workingDirectory)),
    ...(settings === undefined ? [] : await examineDatabase(settings, context)),
    ...(settings === undefined ? [] : await examineMailServer(doctor)),
  ]
}

async function examineDatabase(settings: CheckedSettings, { doctor, now }: Context): Promise<Check[]> {
  try {
    const examination = await doctor.examineDatabase()
    return [...databaseChecks(examination, settings, now()), ...storageChecks(examination, now())]
  } catch (error) {
    if (error instanceof Refusal) return [{ subject: 'database', verdict: 'problem', message: error.message }]
    // The driver's message about a database that it cannot read, for example because it is damaged.
    if (!(isError(error) && 'code' in error) && !(error instanceof DatabaseUnavailableError)) throw error
    const message = `cannot be read: ${error.message}. If the file is damaged, restore a backup: latchkey restore FILE`
    return [{ subject: 'database', verdict: 'problem', message }]
  }
}

async function examineMailServer(doctor: Context['doctor']): Promise<Check[]> {
  const fault = await doctor.findMailFault()
  if (fault === undefined) return []
  const message = `The mail server cannot be used: ${fault}. Correct MAIL_URL, or start the mail server.`
  return [{ subject: 'MAIL_URL', verdict: 'problem', message }]
}

function lineOf({ verdict, subject, message }: Check): string {
  const start = `${verdict.padEnd(7)}  ${subject.padEnd(8)}  `
  return `${start}${message
    .split('\n')
    .map(printable)
    .join(`\n${' '.repeat(start.length)}`)}\n`
}
