import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EnduranceResult,
  type MemoryResult,
  measureEndurance,
  measureMemory,
  measurePair,
  type PairResult,
} from './benchmark.ts'
import { type DatabaseKind, postgresDatabases, sqliteFiles } from './databases.ts'
import { housekeepingText, measureHousekeeping } from './housekeeping.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { measurePeer, type PeerResult } from './peers.ts'
import { enduranceText, memoryText, pairTable, peerText } from './report.ts'
import { scenarioNames } from './scenarios.ts'
import { createServerRunner, type ServerRunner } from './servers.ts'
import { measureWebhooks, webhookText } from './webhooks.ts'

const options = readOptions(process.argv.slice(2))
if (process.argv[2] === 'webhooks') await runAlone(measureWebhooks, webhookText)
else if (process.argv[2] === 'growth') await runAlone(measureHousekeeping, housekeepingText)
else if (options === 'help') process.stdout.write(usage)
else await run(options)

/** Fails only if a response is wrong. Speed depends on the machine, so it is reported and not judged. */
async function run(options: BenchOptions): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const runner = createServerRunner(home, options.profiles)
  const kinds: DatabaseKind[] = [sqliteFiles(home)]
  const say = (text: string) => options.json || process.stdout.write(`${text}\n`)
  let memory: MemoryResult | undefined
  const pairs: PairResult[] = []
  const endurance: EnduranceResult[] = []
  let peer: PeerResult | undefined
  try {
    if (options.postgres) kinds.push(await postgresDatabases())
    say(machine().join('\n'))
    if (isWhole(options)) {
      memory = await measureMemory(runner, sqliteFiles(home))
      say(memoryText(memory))
    }
    for (const kind of kinds) {
      for (const algorithm of ['HS256', 'ES256'] as const) {
        const pair = await measurePair(runner, kind, algorithm, options)
        pairs.push(pair)
        say(pairTable(pair))
      }
      if (!isWhole(options)) continue
      const result = await measureEndurance(runner, kind, options)
      endurance.push(result)
      say(enduranceText(result))
    }
    if (options.peers) {
      peer = await measurePeer(runner, sqliteFiles(home), options)
      say(peerText(peer))
    }
  } finally {
    await runner.stopAll()
    for (const kind of kinds) await kind.stop()
    rmSync(home, { recursive: true, force: true })
  }
  if (options.json)
    process.stdout.write(`${JSON.stringify({ machine: machine(), memory, pairs, endurance, peer }, null, 2)}\n`)
}

/** `npm run bench -- webhooks` and `growth`, also with `--quick`, `--postgres` and `--json`. */
async function runAlone<Result>(
  measure: (runner: ServerRunner, kind: DatabaseKind, isQuick: boolean) => Promise<Result>,
  textOf: (result: Result) => string,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const runner = createServerRunner(home, undefined)
  const has = (option: string) => process.argv.includes(option)
  const kinds = [sqliteFiles(home), ...(has('--postgres') ? [await postgresDatabases()] : [])]
  try {
    for (const kind of kinds) {
      const result = await measure(runner, kind, has('--quick'))
      process.stdout.write(`${has('--json') ? JSON.stringify(result) : textOf(result)}\n`)
    }
  } finally {
    await runner.stopAll()
    for (const kind of kinds) await kind.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Whether more than single scenarios was requested. */
function isWhole({ scenarios }: BenchOptions): boolean {
  return scenarios === scenarioNames
}

function machine(): string[] {
  const model = cpus()[0]?.model ?? 'unknown processor'
  return [
    `Node ${process.version} on ${process.platform}, ${availableParallelism()} x ${model}`,
    'Latchkey with its defaults but RATE_LIMITS=off; its log (LOG_LEVEL=info) goes to a file.',
    '',
  ]
}
