import type { Command } from 'commander'
import { openDjango } from '../../foreign-systems/django/django-system.ts'
import { readMapping } from '../../foreign-systems/django/mapping.ts'
import type { ForeignSystem } from '../../foreign-systems/foreign-system.ts'
import { openJsonLines } from '../../foreign-systems/json-lines.ts'
import { BackupError } from '../../storage/backup/backup-error.ts'
import { isSealedExport, verifyExport } from '../../storage/backup/sealed-export.ts'
import type { Context } from '../context.ts'
import { type CommonOptions, importing, runImport, withForeignSystem, withImportOptions } from '../import-options.ts'
import { Refusal } from '../refusal.ts'
import { printable } from '../terminal/printable.ts'
import { addOtherImports } from './import-others.ts'

/** `import django`, and imports from other systems. */
export function addImport(program: Command, context: Context): void {
  const imports = program.command('import').description('imports accounts from other systems, while servers run')
  const django = imports
    .command('django')
    .description(
      'imports users, passwords, groups and the blacklist of SimpleJWT from the database of a Django project',
    )
    .requiredOption('--from <url>', 'sqlite:PATH, a path, or postgres://…; it is only read')
    .option('--schema <name>', 'PostgreSQL: the schema to read, such as that of one tenant')
    .option('--mapping <file>', 'which tables and columns to read; without it, Latchkey guesses them')
    .option('--mapping-template', 'only print the mapping that would be guessed, to edit it')
  withImportOptions(django).action(async (options: DjangoOptions) => {
    const open = async () =>
      openDjango({ ...options, mapping: options.mapping === undefined ? undefined : readMapping(options.mapping) })
    if (options.mappingTemplate) {
      await withForeignSystem(open, async ({ template }) => context.terminal.write(template))
      return
    }
    await withForeignSystem(open, (system) => runImport(system, options, context, options.source ?? 'django'))
  })
  addJsonLines(imports, context)
  addOtherImports(imports, context)
}

/** `import jsonl`: the format of our own export, which other systems can also write. */
function addJsonLines(imports: Command, context: Context): void {
  const jsonl = imports
    .command('jsonl')
    .description('imports accounts, groups and posts from a file with one JSON object per line, as export writes it')
    .requiredOption('--from <file>', 'the file; for an encrypted export, the command asks for the passphrase')
    .option('--stdin', 'read the passphrase from the first line of standard input')
  importing(jsonl, context, 'jsonl', (options: JsonLinesOptions) => openLines(options, context))
}

type JsonLinesOptions = { from: string; stdin?: true }

/** Decrypts an encrypted export as it is read, so that its content is never on disk unencrypted. */
async function openLines({ from: path, stdin }: JsonLinesOptions, { terminal }: Context): Promise<ForeignSystem> {
  if (!(await isSealedExport(path))) return openJsonLines(path)
  if (stdin !== true && !terminal.isInteractive) {
    throw new Refusal(
      `${printable(path)} is encrypted, and there is no terminal to ask for its passphrase. Pipe it in with --stdin.`,
    )
  }
  const passphrase = stdin ? await terminal.readLine() : await terminal.askSecret('Passphrase: ')
  const content = await verifyExport(path, passphrase).catch((error: unknown) => {
    if (error instanceof BackupError) throw new Refusal(`${printable(path)} cannot be read: ${error.message}.`)
    throw error
  })
  return openJsonLines(path, content)
}

type DjangoOptions = CommonOptions & { from: string; schema?: string; mapping?: string; mappingTemplate?: true }
