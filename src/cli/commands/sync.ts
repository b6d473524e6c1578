import { setTimeout as pause } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { SyncOptions, SyncReport } from '../../flows/sync/sync-run.ts'
import { openDjangoTarget } from '../../foreign-systems/django/django-target.ts'
import { readMapping } from '../../foreign-systems/django/mapping.ts'
import { parseDuration } from '../../platform/duration.ts'
import { oneOf } from '../choice.ts'
import type { Context } from '../context.ts'
import { foreignRefusal } from '../foreign-refusal.ts'
import { Refusal } from '../refusal.ts'
import { printable, printableJson } from '../terminal/printable.ts'

type SyncDjangoOptions = {
  to: string
  schema?: string
  mapping?: string
  source: string
  passwords: 'write' | 'keep'
  every?: number
  full?: true
  dryRun?: true
  json?: true
}

/** `sync django`: writes accounts into a Django project that still runs. */
export function addSync(program: Command, context: Context): void {
  const sync = program.command('sync').description('writes new and changed accounts into other systems')
  sync
    .command('django')
    .description('writes accounts into the user table of a Django project that runs beside this server')
    .requiredOption('--to <url>', 'sqlite:PATH, a path, or postgres://…')
    .option('--schema <name>', 'PostgreSQL: the schema to write to, such as that of one tenant')
    .option('--mapping <file>', 'the mapping file of the import; without it, tables and columns are guessed')
    .option('--source <name>', 'the name of the other system, as for the import', 'django')
    .option(
      '--passwords <choice>',
      'hashes of users that exist there: write or keep',
      oneOf(['write', 'keep']),
      'write',
    )
    .option('--every <duration>', 'repeat until interrupted, with pauses of this length, such as 10s', durationOf)
    .option('--full', 'look at every account, not only at those that have changed since the last time')
    .option('--dry-run', 'only say what would be written')
    .option('--json', 'print JSON, for programs')
    .action((options: SyncDjangoOptions) => refusing(() => run(options, context)))
}

async function run(options: SyncDjangoOptions, { terminal, syncDjango }: Context): Promise<void> {
  const { to, schema, source, every } = options
  const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping)
  const syncOptions: SyncOptions = {
    source,
    isFull: options.full === true,
    isDryRun: options.dryRun === true,
    writesPasswords: options.passwords === 'write',
  }
  const target = await openDjangoTarget({ to, schema, mapping })
  try {
    await syncDjango(async (sync) => {
      for (;;) {
        const report = await sync(target, syncOptions)
        const isNews = every === undefined || hasNews(report)
        if (isNews) terminal.write(options.json === true ? `${printableJson(report)}\n` : textOf(report, syncOptions))
        if (every === undefined) {
          if (report.problems.length > 0) throw new Refusal('Some accounts could not be written. See above.')
          return
        }
        await pause(every)
      }
    })
  } finally {
    await target.close()
  }
}

function hasNews({ created, updated, deactivated, problems }: SyncReport): boolean {
  return created + updated + deactivated + problems.length > 0
}

function textOf(report: SyncReport, { isDryRun }: SyncOptions): string {
  const { read, created, updated, unchanged, deactivated, gone, overwritten, problems } = report
  const [create, update, deactivate] = isDryRun
    ? ['to create', 'to update', 'to deactivate']
    : ['created', 'updated', 'deactivated']
  const lines = [
    `Accounts: ${read} read; ${created} ${create}, ${updated} ${update}, ${unchanged} unchanged, ${deactivated} ${deactivate} there.`,
    ...(gone > 0 ? [`Deleted there: ${gone}. The next import deletes them here.`] : []),
    ...(overwritten > 0 ? [`Changed on both sides: ${overwritten}. The values of this server win.`] : []),
    ...problems.map(({ key, says }) => `Not written: ${printable(key)}: ${printable(says)}.`),
  ]
  return `${lines.join('\n')}\n`
}

/** At least a second: a run reads the events since the last one. */
function durationOf(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms < 1_000) throw new InvalidArgumentError('Write a duration of 1s or more, such as 10s.')
  return ms
}

async function refusing(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw foreignRefusal(error)
  }
}
