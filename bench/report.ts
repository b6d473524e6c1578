import type { EnduranceResult, MemoryResult, PairResult } from './benchmark.ts'
import type { Comparison, Performance } from './comparison.ts'
import type { DatabaseSize } from './growth.ts'
import type { FloodedServer } from './login-flood.ts'
import type { PeerResult } from './peers.ts'

/** The figures of one pair of servers as a table. */
export function pairTable({ algorithm, database, comparisons }: PairResult): string {
  return [`${algorithm} on ${database}`, ...comparisonTable(comparisons, 'bare'), ''].join('\n')
}

/** Comparisons with one other server. */
function comparisonTable(comparisons: readonly Comparison[], other: string): string[] {
  const head = ['', 'Latchkey', other, 'ratio', 'CPU µs', other, 'ratio', 'target', '', 'p99 ms', other]
  const rows = comparisons.map(({ scenario, latchkey, other, ratio, cpuRatio, target }) => [
    scenario,
    `${count(latchkey.perSecond)}/s`,
    `${count(other.perSecond)}/s`,
    ratio.toFixed(2),
    cpu(latchkey),
    cpu(other),
    cpuRatio?.toFixed(2) ?? '',
    target === undefined ? '' : target.toFixed(2),
    // Without the processor time, its share cannot be judged.
    target === undefined || cpuRatio === undefined ? '' : verdict(cpuRatio >= target),
    milliseconds(latchkey.p99Ms),
    milliseconds(other.p99Ms),
  ])
  return aligned([head, ...rows])
}

/** Latchkey compared with what it replaces. In ratios above 1, Latchkey is better. */
export function peerText(peer: PeerResult): string {
  if (peer.kind === 'absent') return `${peer.name} is not measured: ${peer.reason}\n`
  return [`HS256 on SQLite, beside ${peer.name}`, ...comparisonTable(peer.comparisons, peer.name), ''].join('\n')
}

/** The memory of a server after its start. */
export function memoryText({ latchkey, bare, target }: MemoryResult): string {
  if (latchkey === undefined || bare === undefined) return ''
  const rows = [
    ['Latchkey', megabytes(latchkey), verdict(latchkey < target)],
    ['bare', megabytes(bare), ''],
  ]
  return [`Resident memory after a start, target ${megabytes(target)}`, ...aligned(rows), ''].join('\n')
}

/** The login flood and the growth of the database. */
export function enduranceText({ algorithm, database, flood, growth }: EnduranceResult): string {
  const perRefresh = (growth.after.bytes - growth.before.bytes) / growth.refreshes
  return [
    `Logins flood the server (${algorithm} on ${database})`,
    ...aligned([
      ['profile, ms', 'quiet p50', 'p99', 'flooded p50', 'p99', 'ratio', 'target', '', 'logins', '503'],
      floodRow('Latchkey', flood.latchkey, flood.target),
      floodRow('bare', flood.bare, undefined),
    ]),
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

function floodRow(name: string, server: FloodedServer, target: number | undefined): string[] {
  const { quiet, flooded, p99Ratio } = server
  return [
    name,
    ...[quiet.p50Ms, quiet.p99Ms, flooded.p50Ms, flooded.p99Ms].map(milliseconds),
    p99Ratio.toFixed(1),
    target === undefined ? '' : target.toFixed(1),
    target === undefined ? '' : verdict(p99Ratio <= target),
    `${count(server.loginsPerSecond)}/s`,
    `${count(server.refusedPerSecond)}/s`,
  ]
}

function rowsText({ rows }: DatabaseSize): string {
  return Object.entries(rows)
    .map(([table, number]) => `${table} ${count(number)}`)
    .join(', ')
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'missed'
}

/** Aligns the first column and long texts left, and figures right. */
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
