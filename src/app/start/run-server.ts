import type { createLog } from '../../platform/log.ts'
import type { ListenAddress } from './listen.ts'
import { startFault } from './start-fault.ts'

/** How long open requests may take after the server was told to stop. */
const STOP_DEADLINE_MS = 15_000
/** How long a server that failed to start may take to release its resources. */
const GIVE_UP_MS = 5_000

/** A server that is built but does not listen yet. */
type RunnableServer = {
  listen(address: ListenAddress): Promise<string>
  /** The link with which the first administrator is created. */
  firstAdministrator: { offer(): Promise<string | undefined> }
  close(): Promise<void>
}

type RunServerParts = {
  settings: {
    debug: boolean
    http: ListenAddress & { publicUrl: string }
    storage: { databaseUrl: string }
    keys: { algorithm: string }
    mail: { url: string | undefined }
  }
  log: ReturnType<typeof createLog>
  createApp: () => Promise<RunnableServer>
}

/**
 * Runs the server, and ends the process in order on SIGTERM or Ctrl-C. If the server cannot start, the process ends
 * with exit code 1, whatever is still open.
 *
 * @returns whether it has started; if not, the log says why
 */
export async function runServer({ settings, log, createApp }: RunServerParts): Promise<boolean> {
  let app: RunnableServer | undefined
  try {
    app = await createApp()
    const address = await app.listen(settings.http)
    stopOn(['SIGTERM', 'SIGINT'], app, log)
    const database = settings.storage.databaseUrl.split(':')[0]
    log.info({ address, database, algorithm: settings.keys.algorithm }, 'listening')
    const secret = await app.firstAdministrator.offer()
    const adminLink = secret && `${settings.http.publicUrl}/first-administrator/?token=${secret}`
    if (adminLink)
      log.info({ link: adminLink }, 'there is no administrator yet: open the link within an hour to create one')
    if (settings.debug) greetDeveloper(address, settings.mail.url === undefined, adminLink)
    return true
  } catch (error) {
    endAnyway()
    const fault = startFault(error, { ...settings.http, ...settings.storage })
    if (fault === undefined) log.fatal({ err: error }, 'Latchkey could not start')
    else log.fatal(`Latchkey could not start: ${fault}`)
    log.flushNow()
    if (settings.debug && fault !== undefined) process.stderr.write(`\n  Latchkey could not start: ${fault}\n\n`)
    await app?.close().catch((failure) => log.warn({ err: failure }, 'not everything could be closed'))
    log.flushNow()
    return false
  }
}

/** The deployment's own module may have timers or connections that Latchkey cannot close. */
function endAnyway(): void {
  process.exitCode = 1
  setTimeout(() => process.exit(1), GIVE_UP_MS).unref()
}

function greetDeveloper(address: string, hasMailbox: boolean, adminLink: string | undefined): void {
  process.stderr.write(
    [
      '',
      `  Latchkey is ready at ${address}`,
      '',
      `  Pages             ${address}/`,
      `  API description   ${address}/openapi.json`,
      `  API reference     ${address}/docs`,
      ...(hasMailbox ? [`  Mail sent so far  ${address}/dev/mailbox`] : []),
      '',
      ...(adminLink ? ['  Create the first administrator (within an hour):', `  ${adminLink}`, ''] : []),
      '  DEBUG is on: for development only.',
      '',
      '',
    ].join('\n'),
  )
}

function stopOn(signals: readonly NodeJS.Signals[], app: RunnableServer, log: RunServerParts['log']): void {
  let isStopping = false
  function end(code: number): void {
    log.flushNow()
    process.exit(code)
  }
  const stop = async (signal: string) => {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'stopping: finishing open requests')
    const deadline = setTimeout(() => {
      log.error('stopped before some requests were finished: they took too long')
      end(1)
    }, STOP_DEADLINE_MS)
    deadline.unref()
    try {
      await app.close()
    } catch (error) {
      log.error({ err: error }, 'stopped, but not everything could be closed')
      return end(1)
    }
    log.info('stopped')
    end(0)
  }
  for (const signal of signals) process.on(signal, stop)
}
