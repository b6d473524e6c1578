import { parseArgs } from 'node:util'
import { type ScenarioName, scenarioNames } from './scenarios.ts'

/** The options of the benchmark. */
export type BenchOptions = {
  /** How long one round on one server takes, in milliseconds. */
  roundMs: number
  /** How long the warm-up takes: until then, code is still being compiled. */
  warmUpMs: number
  /** How often the servers take turns. */
  rounds: number
  /** How many refreshes the growth of the database is measured over. */
  refreshes: number
  scenarios: readonly ScenarioName[]
  /** Also on PostgreSQL. */
  postgres: boolean
  /** Also compare with Django REST framework and SimpleJWT, if this machine has them. */
  peers: boolean
  /** Print JSON instead of tables. */
  json: boolean
  /** A folder for CPU profiles of the servers. */
  profiles: string | undefined
}

export const usage = `npm run bench -- [options]
npm run bench -- webhooks [--quick] [--postgres] [--json]
npm run bench -- growth   [--quick] [--postgres] [--json]

  --quick            short rounds, for CI: under a minute in all
  --postgres         also on PostgreSQL (the one from npm, with fsync)
  --peers            also against Django REST framework with SimpleJWT, if /usr/bin/python3 has them
  --only A,B         only these of: ${scenarioNames.join(', ')}; nothing else is measured
  --json             the results as JSON
  --profiles DIR     CPU profiles of the servers, for Chromium's developer tools
`

/** @throws Error for an unknown option */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      postgres: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      profiles: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  if (values.help) return 'help'
  const { quick, postgres, peers, json, only, profiles } = values
  const scenarios = only === undefined ? scenarioNames : only.split(',').map(readScenarioName)
  const extent = quick
    ? { rounds: 3, roundMs: 250, warmUpMs: 600, refreshes: 5_000 }
    : { rounds: 7, roundMs: 1_500, warmUpMs: 3_000, refreshes: 100_000 }
  return { ...extent, scenarios, postgres, peers, json, profiles }
}

function readScenarioName(name: string): ScenarioName {
  const found = scenarioNames.find((known) => known === name)
  if (found === undefined) throw new Error(`there is no scenario ${name}`)
  return found
}
