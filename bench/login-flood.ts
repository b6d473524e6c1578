import type { Contestant } from './comparison.ts'
import type { Answer } from './load/answer-reader.ts'
import { median } from './load/latencies.ts'
import { type Exchange, type LoadResult, runLoad } from './load/load.ts'
import { logins, profiles } from './scenarios.ts'

/** How long profile requests take on a quiet server, and during a login flood. */
export type FloodedServer = {
  quiet: { p50Ms: number; p99Ms: number }
  flooded: { p50Ms: number; p99Ms: number }
  /** The median of the rounds' ratios of the 99th percentiles. */
  p99Ratio: number
  loginsPerSecond: number
  /** Logins answered with 503, because too many were waiting. */
  refusedPerSecond: number
}

/** The bare server refuses nobody, so it shows what the flood does to the machine and to the load generator. */
export type FloodResult = {
  latchkey: FloodedServer
  bare: FloodedServer
  /** The largest acceptable ratio for Latchkey. */
  target: number
}

/** Users who look at their profile now and then: far below full load. */
const PROFILE_CONNECTIONS = 8
const PAUSE_MS = 10
/** More than the hashing queue accepts, so that some are refused. A refused client tries again after the same pause. */
const LOGIN_CONNECTIONS = 80
const LOGIN_PAUSE_MS = 20

type Round = { quiet: LoadResult; flooded: LoadResult; loggedIn: number; refused: number; floodSeconds: number }

/** Measures both servers in turn, each without and with a flood. */
export async function measureFlood(
  latchkey: Contestant,
  bare: Contestant,
  { rounds, roundMs, warmUpMs }: { rounds: number; roundMs: number; warmUpMs: number },
): Promise<FloodResult> {
  const ours: Round[] = []
  const theirs: Round[] = []
  for (const contestant of [latchkey, bare]) await measureRound(contestant, warmUpMs)
  for (let round = 0; round < rounds; round++) {
    ours.push(await measureRound(latchkey, roundMs))
    theirs.push(await measureRound(bare, roundMs))
  }
  return { latchkey: summary(ours), bare: summary(theirs), target: 3 }
}

async function measureRound({ server: { port }, sessions }: Contestant, durationMs: number): Promise<Round> {
  const exchange = profiles(sessions)
  const ask = () => runLoad({ port, connections: PROFILE_CONNECTIONS, pauseMs: PAUSE_MS, durationMs, exchange })
  let loggedIn = 0
  let refused = 0
  const flood: Exchange = {
    request: logins().request,
    accept(_connection: number, { status }: Answer) {
      if (status === 200) loggedIn++
      else refused++
      return status === 200 || status === 503
    },
  }
  const quiet = await ask()
  const floodEnded = runLoad({
    ...{ port, durationMs, exchange: flood },
    connections: LOGIN_CONNECTIONS,
    pauseMs: LOGIN_PAUSE_MS,
  })
  const flooded = await ask()
  const { seconds: floodSeconds } = await floodEnded
  return { quiet, flooded, loggedIn, refused, floodSeconds }
}

function summary(rounds: readonly Round[]): FloodedServer {
  const latencies = (of: (round: Round) => LoadResult) => ({
    p50Ms: median(rounds.map((round) => of(round).p50)),
    p99Ms: median(rounds.map((round) => of(round).p99)),
  })
  return {
    quiet: latencies(({ quiet }) => quiet),
    flooded: latencies(({ flooded }) => flooded),
    p99Ratio: median(rounds.map(({ quiet, flooded }) => flooded.p99 / quiet.p99)),
    loginsPerSecond: median(rounds.map(({ loggedIn, floodSeconds }) => loggedIn / floodSeconds)),
    refusedPerSecond: median(rounds.map(({ refused, floodSeconds }) => refused / floodSeconds)),
  }
}
