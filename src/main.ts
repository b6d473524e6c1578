import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Config } from './config/config.ts'

// For whoever does not start by way of `start.js`, which has done so, and more. Before anything else is loaded: from the
// second start on the sources need not be stripped of their types and compiled again, which takes half of the time.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/latchkey', import.meta.url)))

const [{ createApp }, { runServer }, { loadConfig, processEnvironment }, { ConfigError }] = await Promise.all([
  import('./app.ts'),
  import('./cli/run-server.ts'),
  import('./config/config.ts'),
  import('./config/config-error.ts'),
])
const [{ systemClock }, { createLog }, { systemRandom }] = await Promise.all([
  import('./platform/clock.ts'),
  import('./platform/log.ts'),
  import('./platform/random.ts'),
])

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
const log = createLog(config.log.level, (lines) => process.stdout.write(lines))
const isStarted = await runServer({
  settings: config,
  log,
  createApp: () => createApp({ config, clock: systemClock, random: systemRandom, log }),
})
if (!isStarted) process.exitCode = 1
flushCompileCache()
