import { createApp } from './app.ts'
import { type Config, loadConfig, processEnvironment } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { systemClock } from './platform/clock.ts'
import { createLog } from './platform/log.ts'
import { systemRandom } from './platform/random.ts'

/** How long requests under way may take once the server was asked to stop. */
const STOP_DEADLINE_MS = 15_000

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

try {
  const app = await createApp({ config, clock: systemClock, random: systemRandom, log })
  const address = await app.server.listen({ host: config.http.host, port: config.http.port })
  greet(address)
  stopOn(['SIGTERM', 'SIGINT'], () => app.close())
} catch (error) {
  log.fatal({ err: error }, 'Latchkey could not start')
  log.flushNow()
  process.exitCode = 1
}

function greet(address: string): void {
  log.info(
    { address, database: config.storage.databaseUrl.split(':')[0], algorithm: config.keys.algorithm },
    'listening',
  )
  if (!config.debug) return
  process.stderr.write(
    [
      '',
      `  Latchkey is ready at ${address}`,
      '',
      `  API description   ${address}/openapi.json`,
      `  API reference     ${address}/docs`,
      '',
      '  DEBUG is on: for development only.',
      '',
      '',
    ].join('\n'),
  )
}

function stopOn(signals: readonly NodeJS.Signals[], stop: () => Promise<void>): void {
  let isStopping = false
  const end = async (signal: string) => {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'stopping: answering what is under way')
    const deadline = setTimeout(() => {
      log.error('some requests took too long and are lost')
      log.flushNow()
      process.exit(1)
    }, STOP_DEADLINE_MS)
    deadline.unref()
    await stop()
    log.info('stopped')
    log.flushNow()
    process.exit(0)
  }
  for (const signal of signals) process.on(signal, end)
}
