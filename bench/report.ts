import type { EnduranceResult, MemoryResult, PairResult } from './benchmark.ts'
import type { Comparison, Performance } from './comparison.ts'
import type { DatabaseSize } from './growth.ts'

/** The figures of one pair of servers as a table. */
export function pairTable({ algorithm, database, comparisons, memory }: PairResult): string {
  return [
    `${algorithm} on ${database}`,
    ...comparisonTable(comparisons, 'bare'),
    ...(memory.afterStart === undefined ? [] : [memoryLine(memory, memory.afterStart)]),
    '',
  ].join('\n')
}

/** Comparisons with one other server. */
export function comparisonTable(comparisons: readonly Comparison[], other: string): string[] {
  const head = ['', 'Latchkey', other, 'ratio', 'target', '', 'CPU µs', other, 'ratio', 'p99 ms', other]
  const rows = comparisons.map(({ scenario, latchkey, other, ratio, cpuRatio, target }) => [
    scenario,
    `${count(latchkey.perSecond)}/s`,
    `${count(other.perSecond)}/s`,
    ratio.toFixed(2),
    target === undefined ? '' : target.toFixed(2),
    target === undefined ? '' : verdict(ratio >= target),
    cpu(latchkey),
    cpu(other),
    cpuRatio?.toFixed(2) ?? '',
    milliseconds(latchkey.p99Ms),
    milliseconds(other.p99Ms),
  ])
  return aligned([head, ...rows])
}

function memoryLine({ afterLoad, target }: MemoryResult, afterStart: number): string {
  const then = afterLoad === undefined ? '' : `, ${megabytes(afterLoad)} after all that`
  return `  memory     ${megabytes(afterStart)} after start, target ${megabytes(target)}: ${verdict(afterStart < target)}${then}`
}

/** The flood of logins and the growth of the database. */
export function enduranceText({ algorithm, database, flood, growth }: EnduranceResult): string {
  const perRefresh = (growth.after.bytes - growth.before.bytes) / growth.refreshes
  return [
    `Logins flood the server (${algorithm} on ${database})`,
    ...aligned([
      ['profile', 'p50', 'p99'],
      ['quiet', milliseconds(flood.quiet.p50Ms), milliseconds(flood.quiet.p99Ms)],
      ['flooded', milliseconds(flood.flooded.p50Ms), milliseconds(flood.flooded.p99Ms)],
    ]),
    `  p99 ${flood.p99Ratio.toFixed(1)} times that of a quiet server, target ${flood.target}: ${verdict(flood.p99Ratio <= flood.target)}`,
    `  ${count(flood.loginsPerSecond)} logins a second, ${count(flood.refusedPerSecond)} turned away with 503`,
    '',
    `${count(growth.refreshes)} refreshes of ${growth.sessions} sessions (${algorithm} on ${database})`,
    ...aligned([
      ['', 'bytes', 'rows'],
      ['before', count(growth.before.bytes), rowsText(growth.before)],
      ['after', count(growth.after.bytes), rowsText(growth.after)],
    ]),
    `  ${perRefresh.toFixed(2)} bytes a refresh`,
    '',
  ].join('\n')
}

function rowsText({ rows }: DatabaseSize): string {
  return Object.entries(rows)
    .map(([table, number]) => `${table} ${count(number)}`)
    .join(', ')
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'missed'
}

/** The first column and long texts to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length > 24 ? 0 : cell.length)),
    [],
  )
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 || cell.length > 24 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${cells.join('  ')}`.trimEnd()
  })
}

function cpu({ cpuMicroseconds }: Performance): string {
  return cpuMicroseconds === undefined ? '' : cpuMicroseconds.toFixed(cpuMicroseconds < 100 ? 1 : 0)
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
