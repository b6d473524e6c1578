import { createApp } from './app/app.ts'
import { createProcessLog } from './app/process-log.ts'
import { runServer } from './app/run-server.ts'
import { type Config, loadConfig, processEnvironment } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { systemClock } from './platform/clock.ts'
import { systemRandom } from './platform/random.ts'

function readConfig(): Config {
  try {
    return loadConfig({
      environment: processEnvironment(),
      workingDirectory: process.cwd(),
      debugByDefault: process.argv.includes('--debug'),
      random: systemRandom,
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
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
