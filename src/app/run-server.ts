import type { createLog } from '../platform/log.ts'
import { startFault } from './start-fault.ts'

/** How long requests under way may take once the server was asked to stop. */
const STOP_DEADLINE_MS = 15_000

/** A server that is built and does not listen yet. */
type BuiltServer = {
  server: { listen(address: { host: string; port: number }): Promise<string> }
  close(): Promise<void>
}

type RunServerParts = {
  settings: {
    debug: boolean
    http: { host: string; port: number }
    storage: { databaseUrl: string }
    keys: { algorithm: string }
    mail: { url: string | undefined }
  }
  log: ReturnType<typeof createLog>
  createApp: () => Promise<BuiltServer>
}

/**
 * Runs the server. From then on it ends the process by itself, in order, when it is asked to: SIGTERM, Ctrl-C.
 *
 * @returns whether it has started; if not, the log says why
 */
export async function runServer({ settings, log, createApp }: RunServerParts): Promise<boolean> {
  try {
    const app = await createApp()
    const address = await app.server.listen({ host: settings.http.host, port: settings.http.port })
    const database = settings.storage.databaseUrl.split(':')[0]
    log.info({ address, database, algorithm: settings.keys.algorithm }, 'listening')
    if (settings.debug) greetDeveloper(address, settings.mail.url === undefined)
    stopOn(['SIGTERM', 'SIGINT'], app, log)
    return true
  } catch (error) {
    const fault = startFault(error, { ...settings.http, ...settings.storage })
    if (fault === undefined) log.fatal({ err: error }, 'Latchkey could not start')
    else log.fatal(`Latchkey could not start: ${fault}`)
    log.flushNow()
    if (settings.debug && fault !== undefined) process.stderr.write(`\n  Latchkey could not start: ${fault}\n\n`)
    return false
  }
}

function greetDeveloper(address: string, hasMailbox: boolean): void {
  process.stderr.write(
    [
      '',
      `  Latchkey is ready at ${address}`,
      '',
      `  API description   ${address}/openapi.json`,
      `  API reference     ${address}/docs`,
      ...(hasMailbox ? [`  Mail that is sent ${address}/dev/mailbox`] : []),
      '',
      '  DEBUG is on: for development only.',
      '',
      '',
    ].join('\n'),
  )
}

function stopOn(signals: readonly NodeJS.Signals[], app: BuiltServer, log: RunServerParts['log']): void {
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
    await app.close()
    log.info('stopped')
    log.flushNow()
    process.exit(0)
  }
  for (const signal of signals) process.on(signal, end)
}
