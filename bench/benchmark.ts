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
  comparisons: Comparison[]
}

/** Resident memory (RSS), in bytes, of a Latchkey that has started and settled; undefined if it cannot be read. */
export type MemoryResult = {
  /** Latchkey's. */
  latchkey: number | undefined
  /** The bare server's. */
  bare: number | undefined
  /** The most that Latchkey should use after a start. */
  target: number
}

/** Measurements beyond the comparison. */
export type EnduranceResult = {
  algorithm: BareAlgorithm
  database: DatabaseKind['name']
  flood: FloodResult
  growth: GrowthResult
}

const MEMORY_TARGET = 150e6
/** A server is still busy right after its first response. */
const SETTLING_MS = 500

/** The memory of a server after its start, before its first request. */
export async function measureMemory(runner: ServerRunner, kind: DatabaseKind): Promise<MemoryResult> {
  async function memoryOf(starting: Promise<ServerUnderTest>): Promise<number | undefined> {
    const server = await starting
    await delay(SETTLING_MS)
    const bytes = server.memory()
    await server.stop()
    return bytes
  }
  const algorithm = 'ES256'
  const databaseUrl = await kind.create('memory')
  return {
    latchkey: await memoryOf(runner.startLatchkey({ algorithm, databaseUrl })),
    bare: await memoryOf(runner.startBare({ algorithm, databaseUrl: await kind.create('memory_bare') })),
    target: MEMORY_TARGET,
  }
}

/** Latchkey and the bare server in all scenarios. */
export async function measurePair(
  runner: ServerRunner,
  kind: DatabaseKind,
  algorithm: BareAlgorithm,
  options: BenchOptions,
): Promise<PairResult> {
  const place = (name: string) => kind.create(`${name}_${algorithm.toLowerCase()}`)
  const latchkey = await runner.startLatchkey({ algorithm, databaseUrl: await place('latchkey') })
  const bare = await runner.startBare({ algorithm, databaseUrl: await place('bare') })
  const comparisons = await compareIn(latchkey, bare, options)
  await Promise.all([latchkey.stop(), bare.stop()])
  return { algorithm, database: kind.name, comparisons: comparisons.map((one) => withTarget(one, kind)) }
}

function withTarget(comparison: Comparison, { name }: DatabaseKind): Comparison {
  return { ...comparison, target: scenarios.find((one) => one.name === comparison.scenario)?.targets[name] }
}

/** Two fresh servers. */
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

/** A login flood on both servers, and many refreshes on Latchkey, with the default algorithm. */
export async function measureEndurance(
  runner: ServerRunner,
  kind: DatabaseKind,
  options: BenchOptions,
): Promise<EnduranceResult> {
  const algorithm = 'ES256'
  const databaseUrl = await kind.create('endurance')
  const latchkey = await runner.startLatchkey({ algorithm, databaseUrl })
  const bare = await runner.startBare({ algorithm, databaseUrl: await kind.create('endurance_bare') })
  const contestant = { server: latchkey, sessions: await populate(latchkey.port) }
  const yardstick = { server: bare, sessions: await populate(bare.port) }
  const flood = await measureFlood(contestant, yardstick, options)
  await bare.stop()
  const growth = await measureGrowth(contestant, databaseUrl, options.refreshes)
  await latchkey.stop()
  return { algorithm, database: kind.name, flood, growth }
}
