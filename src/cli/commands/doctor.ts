import type { Command } from 'commander'
import type { Check } from '../../flows/upkeep/checks/check.ts'
import { type CheckedSettings, settingsChecks } from '../../flows/upkeep/checks/settings-checks.ts'
import { databaseChecks } from '../checks/database-checks.ts'
import { fileChecks } from '../checks/file-checks.ts'
import { machineChecks } from '../checks/machine-checks.ts'
import type { Context } from '../context.ts'
import { printable, printableJson } from '../printable.ts'
import { Refusal } from '../refusal.ts'

/** `doctor`: finds problems of this installation and says how to fix them. */
export function addDoctor(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('checks settings, database, keys and machine, and says how to fix each problem')
    .option('--json', 'print JSON, for machines')
    .action(async ({ json }: { json?: true }) => {
      const checks = await examineAll(context)
      const problems = checks.filter(({ verdict }) => verdict === 'problem').length
      context.terminal.write(
        json === true ? `${printableJson({ healthy: problems === 0, checks })}\n` : checks.map(lineOf).join(''),
      )
      if (problems > 0) throw new Refusal(`${problems} ${problems === 1 ? 'problem' : 'problems'} found.`)
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
    // Before the database is opened, because opening it sets the mode of its file.
    ...(settings === undefined ? [] : fileChecks(settings.storage.databaseUrl, doctor.workingDirectory)),
    ...(settings === undefined ? [] : await examineDatabase(settings, context)),
  ]
}

async function examineDatabase(settings: CheckedSettings, { doctor, now }: Context): Promise<Check[]> {
  try {
    return databaseChecks(await doctor.examineDatabase(), settings, now())
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [{ subject: 'database', verdict: 'problem', message: error.message }]
  }
}

function lineOf({ verdict, subject, message }: Check): string {
  return `${verdict.padEnd(7)}  ${subject.padEnd(8)}  ${printable(message)}\n`
}
