import { type Command, InvalidArgumentError } from 'commander'
import { type FilterHeader, falsePositiveBounds, falsePositiveRate } from '../../passwords/breached/filter-format.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'
import { counted, grouped } from '../words/counted.ts'

const DEFAULT_FALSE_POSITIVES = 0.001

/** `breached-passwords build`, `show` and `check`. */
export function addBreachedPasswords(program: Command, context: Context): void {
  const filters = program.command('breached-passwords').description('filters of breached passwords: build, show, check')
  addBuild(filters, context)
  answering(
    filters
      .command('show')
      .description('shows the size and accuracy of a filter')
      .option('--filter <file>', 'use this filter instead of BREACHED_PASSWORDS'),
    context,
    ({ filter }: { filter?: string }) =>
      context.withPasswordFilter(filter, async ({ header }) => ({
        text: `${filterWords(header)}.\n`,
        json: filterJson(header),
      })),
  )
  answering(
    filters
      .command('check')
      .description('asks for a password and says whether it is in a filter')
      .option('--filter <file>', 'use this filter instead of BREACHED_PASSWORDS')
      .option('--stdin', 'read the password from the first line of standard input'),
    context,
    (options: CheckOptions) => check(options, context),
  )
}

type BuildFlags = { output: string; falsePositives: number; minCount?: number; plain?: true }

function addBuild(filters: Command, context: Context): void {
  const command = filters
    .command('build <corpus...>')
    .description('builds a filter from files, folders, or - (standard input) with lines of SHA1 or SHA1:COUNT')
    .requiredOption('--output <file>', 'the filter; replaces an existing one when it is complete')
    .option(
      '--false-positives <share>',
      'the largest share of other passwords that it may refuse',
      readShare,
      DEFAULT_FALSE_POSITIVES,
    )
    .option('--min-count <number>', 'leave out passwords that were seen fewer times', readCount)
    .option('--plain', 'the lines are passwords, not digests')

  answering(command, context, async (sources: string[], options: BuildFlags) => {
    const { output, falsePositives, minCount, plain } = options
    if (plain && minCount !== undefined) command.error('error: --min-count needs counts, which --plain does not have')
    const { header, lines } = await context.buildPasswordFilter({
      sources,
      form: plain ? 'passwords' : 'digests',
      minimumCount: minCount ?? 1,
      outputPath: output,
      falsePositiveRate: falsePositives,
    })
    const text = [
      `Built ${printable(output)} from ${counted(lines, 'line')}: ${filterWords(header)}.`,
      'To use it, set BREACHED_PASSWORDS and restart the server.',
    ]
    return { text: `${text.join('\n')}\n`, json: { output, lines, ...filterJson(header) } }
  })
}

type CheckOptions = { filter?: string; stdin?: true }

async function check({ filter, stdin }: CheckOptions, { terminal, withPasswordFilter }: Context): Promise<Answer> {
  if (stdin !== true && !terminal.isInteractive) {
    throw new Refusal('There is no terminal to ask for the password. Pipe it in with --stdin.')
  }
  return withPasswordFilter(filter, async (breached) => {
    const password = stdin === true ? await terminal.readLine() : await terminal.askSecret('Password: ')
    const isBreached = await breached.has(password)
    const chance = `1 in ${grouped(onesIn(breached.header))}`
    const text = isBreached
      ? `The password is in the filter. So are ${chance} of the passwords that were never exposed.\n`
      : 'The password is not in the filter.\n'
    return { text, json: { breached: isBreached } }
  })
}

function filterWords(header: FilterHeader): string {
  const { count, sizeBytes } = header
  return `${grouped(count)} entries in ${sizeWords(sizeBytes)}; it also refuses 1 in ${grouped(onesIn(header))} other passwords`
}

function sizeWords(bytes: number): string {
  if (bytes < 1e6) return `${grouped(bytes)} bytes`
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${size.toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${unit}`
}

function filterJson(header: FilterHeader) {
  return { entries: header.count, size_bytes: header.sizeBytes, false_positives: falsePositiveRate(header) }
}

function onesIn(header: FilterHeader): number {
  return Math.floor(1 / falsePositiveRate(header))
}

function readShare(text: string): number {
  const share = Number(text)
  const { least, most } = falsePositiveBounds
  if (/^[\d.]+(e-\d)?$/i.test(text) && share >= least && share <= most) return share
  throw new InvalidArgumentError(`Write a share from 0.000001 to ${most}, such as 0.001 for 1 in 1,000.`)
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Write a whole number of at least 1.')
}
