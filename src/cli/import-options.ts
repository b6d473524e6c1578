import type { Command } from 'commander'
import type { ImportOptions } from '../flows/import/choices.ts'
import { type Choices, type ConflictKind, conflictKinds } from '../flows/import/choices.ts'
import type { ImportOutcome } from '../flows/import/import-system.ts'
import type { ForeignSystem } from '../foreign-systems/foreign-system.ts'
import { oneOf } from './choice.ts'
import type { Context } from './context.ts'
import { foreignRefusal } from './foreign-refusal.ts'
import { Refusal } from './refusal.ts'
import { printableJson } from './terminal/printable.ts'
import { createProgressBar } from './terminal/progress-bar.ts'
import { importJson, importText } from './words/import-words.ts'

/** Options of every import. */
export type CommonOptions = {
  dryRun?: true
  source?: string
  unusablePasswords: 'keep' | 'allow-reset'
  deleteMany?: true
  json?: true
} & Record<string, unknown>

/** Adds the options that every import has. */
export function withImportOptions(command: Command): Command {
  command
    .option('--dry-run', 'only say what would be imported; exit with 1 if something would be lost')
    .option(
      '--source <name>',
      'a name for the other system, if there are several; later imports find its accounts by this name',
    )
    .option(
      '--unusable-passwords <choice>',
      'accounts without a usable password: keep (a password reset is refused, as in Django) or allow-reset',
      oneOf(['keep', 'allow-reset']),
      'keep',
    )
    .option('--delete-many', 'delete accounts that are gone in the other system, even if they are many')
    .option('--json', 'print JSON, for programs')
  for (const [kind, { title, choices }] of Object.entries(conflictKinds)) {
    command.option(`--on-${kind.replaceAll('_', '-')} <choice>`, `${title}: ${choices.join(', ')}`, oneOf(choices))
  }
  return command
}

/** Makes a command import from the system that `open` opens. @param source its default name */
export function importing<Own extends object>(
  command: Command,
  context: Context,
  source: string,
  open: (options: Own) => Promise<ForeignSystem>,
): void {
  withImportOptions(command).action((options: CommonOptions & Own) =>
    withForeignSystem(
      () => open(options),
      (system) => runImport(system, options, context, options.source ?? source),
    ),
  )
}

function choicesOf(options: CommonOptions): Choices {
  const given = (Object.keys(conflictKinds) as ConflictKind[]).map((kind) => {
    const name = `on_${kind}`.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    return [kind, options[name]] as const
  })
  return Object.fromEntries(given.filter(([, choice]) => choice !== undefined)) as Choices
}

/** Opens another system for the duration of `work`. @throws Refusal if it cannot be read */
export async function withForeignSystem<Opened extends ForeignSystem>(
  open: () => Promise<Opened>,
  work: (system: Opened) => Promise<void>,
): Promise<void> {
  try {
    const system = await open()
    try {
      await work(system)
    } finally {
      await system.close()
    }
  } catch (error) {
    throw foreignRefusal(error)
  }
}

/** Imports, and prints the report. @throws Refusal if something was not imported */
export async function runImport(
  system: ForeignSystem,
  options: CommonOptions,
  context: Context,
  source: string,
): Promise<void> {
  const { terminal } = context
  const bar = createProgressBar(terminal)
  const importOptions: ImportOptions = {
    source,
    choices: choicesOf(options),
    unusablePasswords: options.unusablePasswords,
    isDryRun: options.dryRun === true,
    mayDeleteMany: options.deleteMany === true,
    onProgress: (phase, done, total) => bar.show(phase === 'check' ? 'Checking' : 'Importing', done, total),
  }
  const outcome = await context.importFrom(system, importOptions)
  bar.clear()
  const { report } = outcome
  terminal.write(options.json === true ? `${printableJson(importJson(report))}\n` : importText(report))
  const refusal = unfinishedReason(outcome, importOptions)
  if (refusal !== undefined) throw new Refusal(refusal)
}

function unfinishedReason({ kind, reason, report }: ImportOutcome, { isDryRun }: ImportOptions): string | undefined {
  if (reason === 'undecided') {
    const nothing = isDryRun ? '' : 'Nothing was imported. '
    return `${nothing}Something would be lost. Choose what to do about each conflict above, with its option.`
  }
  if (reason === 'deletions') {
    return (
      `${isDryRun ? '' : 'Nothing was imported. '}${report.accounts.deleted} accounts are gone in the other system. ` +
      'If it is the right one, add --delete-many.'
    )
  }
  if (kind === 'imported' && report.raced.length > 0) return 'Some accounts were not imported. Run the import again.'
  return undefined
}
