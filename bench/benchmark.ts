import { setTimeout as delay } from 'node:timers/promises'
import type { BareAlgorithm } from './bare-tokens.ts'
import { type Comparison, compare } from './comparison.ts'
import type { DatabaseKind } from './databases.ts'
import { type GrowthResult, measureGrowth } from './growth.ts'
import { type FloodResult, measureFlood } from './login-flood.ts'
import type { BenchOptions } from './options.ts'
import { populate, scenarios } from './scenarios.ts'
import type { ServerRunner, ServerUnderTest } from './servers.ts'

/** Everything that was measured on one kind of database with one algorithm. */
export type PairResult = {
  algorithm: BareAlgorithm
  database: DatabaseKind['name']
  memory: MemoryResult
  comparisons: Comparison[]
}

/** Bytes of resident memory of Latchkey; undefined where they cannot be read. */
export type MemoryResult = {
  afterStart: number | undefined
  afterLoad: number | undefined
  /** The most that is to be held after a start. */
  target: number
}

/** What goes beyond comparing the two. */
export type EnduranceResult = {
  algorithm: BareAlgorithm
  database: DatabaseKind['name']
  flood: FloodResult
  growth: GrowthResult
}

const MEMORY_TARGET = 120e6
/** A server that has just answered for the first time is still at work. */
const SETTLING_MS = 500

/** Latchkey beside the bare server in all scenarios. */
export async function measurePair(
  runner: ServerRunner,
  kind: DatabaseKind,
  algorithm: BareAlgorithm,
  options: BenchOptions,
): Promise<PairResult> {
  const place = (name: string) => kind.create(`${name}_${algorithm.toLowerCase()}`)
  const latchkey = await runner.startLatchkey({ algorithm, databaseUrl: await place('latchkey') })
  await delay(SETTLING_MS)
  const afterStart = latchkey.memory()
  const bare = await runner.startBare({ algorithm, databaseUrl: await place('bare') })
  const comparisons = await compareIn(latchkey, bare, options)
  const memory = { afterStart, afterLoad: latchkey.memory(), target: MEMORY_TARGET }
  await Promise.all([latchkey.stop(), bare.stop()])
  return { algorithm, database: kind.name, memory, comparisons }
}

/** Two servers that are new. */
export async function compareIn(
  latchkey: ServerUnderTest,
  other: ServerUnderTest,
  options: BenchOptions,
): Promise<Comparison[]> {
  const contestants = [
    { server: latchkey, sessions: await populate(latchkey.port) },
    { server: other, sessions: await populate(other.port) },
  ] as const
  const comparisons: Comparison[] = []
  for (const scenario of scenarios.filter(({ name }) => options.scenarios.includes(name))) {
    comparisons.push(await compare(scenario, contestants, options))
  }
  return comparisons
}

/** A flood of logins, and many refreshes, on one server with the default algorithm. */
export async function measureEndurance(
  runner: ServerRunner,
  kind: DatabaseKind,
  options: BenchOptions,
): Promise<EnduranceResult> {
  const algorithm = 'ES256'
  const databaseUrl = await kind.create('endurance')
  const latchkey = await runner.startLatchkey({ algorithm, databaseUrl })
  const sessions = await populate(latchkey.port)
  const flood = await measureFlood({ server: latchkey, sessions }, options)
  const growth = await measureGrowth({ server: latchkey, sessions }, databaseUrl, options.refreshes)
  await latchkey.stop()
  return { algorithm, database: kind.name, flood, growth }
}
