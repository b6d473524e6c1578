import { parseArgs } from 'node:util'
import { createApp } from './app/app.ts'
import { createProcessLog } from './app/start/process-log.ts'
import { runServer } from './app/start/run-server.ts'
import { type Config, loadConfig, processEnvironment } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { systemClock } from './platform/clock.ts'
import { OldNodeError, requireRecentNode } from './platform/node-version.ts'
import { systemRandom } from './platform/random.ts'

const { values: options } = parseArgs({
  options: { debug: { type: 'boolean', default: false }, 'env-file': { type: 'string' } },
  strict: false,
})

function readConfig(): Config {
  const path = options['env-file']
  try {
    requireRecentNode()
    return loadConfig({
      environment: processEnvironment(),
      workingDirectory: process.cwd(),
      debugByDefault: options.debug === true,
      envFile: typeof path === 'string' ? { path } : undefined,
      random: systemRandom,
    })
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof OldNodeError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

const config = readConfig()
const log = createProcessLog(config, process.stdout)
const isStarted = await runServer({
  settings: config,
  log,
  createApp: () => createApp({ config, clock: systemClock, random: systemRandom, log }),
})
if (!isStarted) process.exitCode = 1
