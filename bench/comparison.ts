import { median } from './load/latencies.ts'
import { type Exchange, type LoadResult, runLoad } from './load/load.ts'
import type { Scenario, Session } from './scenarios.ts'
import type { ServerUnderTest } from './servers.ts'

/** The performance of one server: the medians of its rounds. */
export type Performance = {
  server: string
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Processor time of a response, over all threads, in microseconds; undefined if it cannot be read. */
  cpuMicroseconds: number | undefined
}

/** Latchkey compared with the bare server, in one scenario. */
export type Comparison = {
  scenario: string
  latchkey: Performance
  other: Performance
  /** Latchkey's requests per second as a share of the other's: the median of the rounds' ratios. */
  ratio: number
  /** The same for processor time. Other programs disturb it less, and it excludes waiting for the disk. */
  cpuRatio: number | undefined
  /** The smallest acceptable `cpuRatio`; undefined: none. */
  target?: number | undefined
}

/** A server, and its sessions. */
export type Contestant = { server: ServerUnderTest; sessions: readonly Session[] }

type Round = { load: LoadResult; cpuMicroseconds: number | undefined }

/** Measures two servers in turn, A B A B …, so that other load on the machine affects both. */
export async function compare(
  scenario: Scenario,
  [latchkey, other]: readonly [Contestant, Contestant],
  { rounds, roundMs, warmUpMs }: { rounds: number; roundMs: number; warmUpMs: number },
): Promise<Comparison> {
  const contestants = [latchkey, other].map(({ server, sessions }) => ({
    server,
    exchange: scenario.exchange(sessions),
    rounds: [] as Round[],
  }))
  for (const { server, exchange } of contestants) await measure(server, exchange, scenario.connections, warmUpMs)
  for (let round = 0; round < rounds; round++) {
    for (const { server, exchange, rounds } of contestants) {
      rounds.push(await measure(server, exchange, scenario.connections, roundMs))
    }
  }
  const [ours = [], theirs = []] = contestants.map((contestant) => contestant.rounds)
  return {
    scenario: scenario.name,
    latchkey: summary(latchkey.server, ours),
    other: summary(other.server, theirs),
    ratio: median(ours.map((round, index) => perSecond(round) / perSecond(theirs[index] as Round))),
    cpuRatio: medianOfKnown(
      ours.map(({ cpuMicroseconds }, index) => quotient(theirs[index]?.cpuMicroseconds, cpuMicroseconds)),
    ),
  }
}

async function measure(
  { port, cpuMs }: ServerUnderTest,
  exchange: Exchange,
  connections: number,
  durationMs: number,
): Promise<Round> {
  const before = cpuMs()
  const load = await runLoad({ port, connections, exchange, durationMs })
  const after = cpuMs()
  const isKnown = before !== undefined && after !== undefined
  return { load, cpuMicroseconds: isKnown ? ((after - before) * 1_000) / load.answers : undefined }
}

function summary({ name }: ServerUnderTest, rounds: readonly Round[]): Performance {
  return {
    server: name,
    perSecond: median(rounds.map(perSecond)),
    p50Ms: median(rounds.map(({ load }) => load.p50)),
    p99Ms: median(rounds.map(({ load }) => load.p99)),
    cpuMicroseconds: medianOfKnown(rounds.map((round) => round.cpuMicroseconds)),
  }
}

function perSecond({ load }: Round): number {
  return load.answers / load.seconds
}

function quotient(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined ? undefined : dividend / divisor
}

function medianOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : median(known)
}
