import { type Command, InvalidArgumentError } from 'commander'
import { type FilterHeader, falsePositiveBounds, falsePositiveRate } from '../../passwords/breached/filter-format.ts'
import { type Answer, answering } from '../answer.ts'
import type { Context } from '../context.ts'
import { printable } from '../printable.ts'
import { Refusal } from '../refusal.ts'

const DEFAULT_FALSE_POSITIVES = 0.001

/** `breached-passwords build`, `show` and `check`. */
export function addBreachedPasswords(program: Command, context: Context): void {
  const filters = program
    .command('breached-passwords')
    .description('filters that know the passwords of data breaches: build, show, check')
  addBuild(filters, context)
  answering(
    filters
      .command('show')
      .description('what is in a filter')
      .option('--filter <file>', 'this one, instead of that of BREACHED_PASSWORDS'),
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
      .description('whether a password is in a filter; asks for it')
      .option('--filter <file>', 'this one, instead of that of BREACHED_PASSWORDS')
      .option('--stdin', 'take the password from the first line of standard input'),
    context,
    (options: CheckOptions) => check(options, context),
  )
}

type BuildOptions = { output: string; falsePositives: number; minCount?: number; plain?: true }

function addBuild(filters: Command, context: Context): void {
  const command = filters
    .command('build <corpus...>')
    .description('builds a filter of files, folders of files, or - for standard input: lines of SHA1 or SHA1:COUNT')
    .requiredOption('--output <file>', 'the filter; one that is there is replaced once the new one is whole')
    .option(
      '--false-positives <share>',
      'of other passwords that are refused, at most',
      readShare,
      DEFAULT_FALSE_POSITIVES,
    )
    .option('--min-count <number>', 'leave out what was seen less often', readCount)
    .option('--plain', 'the lines are passwords')

  answering(command, context, async (sources: string[], options: BuildOptions) => {
    const { output, falsePositives, minCount, plain } = options
    if (plain && minCount !== undefined) command.error('error: with --plain there are no counts for --min-count')
    const { header, lines } = await context.buildPasswordFilter({
      sources,
      form: plain ? 'passwords' : 'digests',
      minimumCount: minCount ?? 1,
      outputPath: output,
      falsePositiveRate: falsePositives,
    })
    const text = [
      `Built ${printable(output)} of ${grouped(lines)} ${lines === 1 ? 'line' : 'lines'}: ${filterWords(header)}.`,
      'A server takes it up at its next start, by BREACHED_PASSWORDS.',
    ]
    return { text: `${text.join('\n')}\n`, json: { output, lines, ...filterJson(header) } }
  })
}

type CheckOptions = { filter?: string; stdin?: true }

async function check({ filter, stdin }: CheckOptions, { terminal, withPasswordFilter }: Context): Promise<Answer> {
  if (stdin !== true && !terminal.isInteractive) {
    throw new Refusal('There is nobody to ask for the password: pipe it in with --stdin.')
  }
  return withPasswordFilter(filter, async (breached) => {
    const password = stdin === true ? await terminal.readLine() : await terminal.askSecret('Password: ')
    const isBreached = await breached.has(password)
    const chance = `1 in ${grouped(onesIn(breached.header))}`
    const text = isBreached
      ? `It is in the filter. Of passwords that never became known, ${chance} is too.\n`
      : 'It is not in the filter.\n'
    return { text, json: { breached: isBreached } }
  })
}

function filterWords(header: FilterHeader): string {
  const { count, sizeBytes } = header
  return `${grouped(count)} entries in ${sizeWords(sizeBytes)}; of other passwords 1 in ${grouped(onesIn(header))} is refused too`
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

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

function readShare(text: string): number {
  const share = Number(text)
  const { least, most } = falsePositiveBounds
  if (/^[\d.]+(e-\d)?$/i.test(text) && share >= least && share <= most) return share
  throw new InvalidArgumentError(`It is a share from 0.000001 to ${most}, such as 0.001 for 1 in 1,000.`)
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 1 on.')
}
