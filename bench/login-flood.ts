import type { Contestant } from './comparison.ts'
import type { Answer } from './load/answer-reader.ts'
import { median } from './load/latencies.ts'
import { type Exchange, type LoadResult, runLoad } from './load/load.ts'
import { logins, profiles } from './scenarios.ts'

/** How long profiles take while nobody else asks for anything, and while logins flood the server. */
export type FloodResult = {
  quiet: { p50Ms: number; p99Ms: number }
  flooded: { p50Ms: number; p99Ms: number }
  /** The median of the rounds' ratios of the 99th percentiles. */
  p99Ratio: number
  /** The most that ratio may be. */
  target: number
  loginsPerSecond: number
  /** Logins answered with 503, because too many waited already. */
  refusedPerSecond: number
}

/** People who look at their profile now and then: the server is far from busy with them. */
const PROFILE_CONNECTIONS = 8
const PAUSE_MS = 10
/** More than the hashing pool lets wait, so that some are turned away; whoever was, tries again after the same pause. */
const LOGIN_CONNECTIONS = 80
const LOGIN_PAUSE_MS = 20

/** Measures both in turn. */
export async function measureFlood(
  { server: { port }, sessions }: Contestant,
  { rounds, roundMs }: { rounds: number; roundMs: number },
): Promise<FloodResult> {
  const exchange = profiles(sessions)
  const ask = (durationMs: number) =>
    runLoad({ port, connections: PROFILE_CONNECTIONS, pauseMs: PAUSE_MS, durationMs, exchange })
  await ask(roundMs)
  const quiet: LoadResult[] = []
  const flooded: LoadResult[] = []
  let loggedIn = 0
  let refused = 0
  let floodSeconds = 0
  const flood: Exchange = {
    request: logins().request,
    accept(_connection: number, { status }: Answer) {
      if (status === 200) loggedIn++
      else refused++
      return status === 200 || status === 503
    },
  }
  for (let round = 0; round < rounds; round++) {
    quiet.push(await ask(roundMs))
    const floodEnded = runLoad({
      port,
      connections: LOGIN_CONNECTIONS,
      pauseMs: LOGIN_PAUSE_MS,
      durationMs: roundMs,
      exchange: flood,
    })
    flooded.push(await ask(roundMs))
    floodSeconds += (await floodEnded).seconds
  }
  return {
    quiet: summary(quiet),
    flooded: summary(flooded),
    p99Ratio: median(flooded.map(({ p99 }, index) => p99 / (quiet[index]?.p99 ?? Number.NaN))),
    target: 3,
    loginsPerSecond: loggedIn / floodSeconds,
    refusedPerSecond: refused / floodSeconds,
  }
}

function summary(rounds: readonly LoadResult[]): { p50Ms: number; p99Ms: number } {
  return { p50Ms: median(rounds.map(({ p50 }) => p50)), p99Ms: median(rounds.map(({ p99 }) => p99)) }
}
