import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { openDatabase } from '../src/storage/database.ts'
import type { Transaction } from '../src/storage/prepared.ts'
import type { DatabaseKind } from './databases.ts'
import { type LoadResult, runLoad } from './load/load.ts'
import { populate, profiles, type Session } from './scenarios.ts'
import type { ServerRunner } from './servers.ts'

/** How much a queue of webhooks slows everything else. */
type WebhookResult = {
  database: string
  waiting: number
  /** Profile requests answered per second. */
  quiet: number
  /** The same while all events wait and the receiver refuses, and while it accepts them. */
  refusing: number
  draining: number
  /** How many requests the receiver got while it refused, in this many seconds. */
  attempts: number
  attemptSeconds: number
  /** How many events per second the receiver got, while the server answered profile requests, and without them. */
  drainedPerSecond: number
  drainedAlonePerSecond: number
}

/** How many events wait, unless `--quick` is set. */
const WAITING = 300_000
const QUICK = 30_000

/**
 * Measures a server with a weekend's events waiting for one webhook: while its receiver refuses, and after it has
 * recovered.
 */
export async function measureWebhooks(
  runner: ServerRunner,
  kind: DatabaseKind,
  isQuick: boolean,
): Promise<WebhookResult> {
  const waiting = isQuick ? QUICK : WAITING
  const databaseUrl = await kind.create('webhooks')
  const receiver = await startReceiver()
  const server = await runner.startLatchkey({ algorithm: 'ES256', databaseUrl, environment: { DEBUG: 'true' } })
  const database = openDatabase(databaseUrl)
  const sessions = await populate(server.port)
  const rate = async (durationMs: number) => perSecond(await load(server.port, sessions, durationMs))
  const windowMs = isQuick ? 1_000 : 4_000
  try {
    await rate(windowMs)
    const quiet = await rate(windowMs)
    await database.inTransaction((tx) => tx.updateTable('accounts').set({ is_staff: 1, is_superuser: 1 }).execute())
    const id = await makeWebhook(server.port, sessions[0]?.access ?? '', receiver.url)
    receiver.status = 503
    await database.inTransaction((tx) => fill(tx, id, waiting))
    await delay(2_000)
    const before = receiver.requests
    const refusing = await rate(windowMs)
    const attempts = receiver.requests - before
    receiver.status = 204
    await database.inTransaction((tx) => tx.updateTable('queue_lanes').set({ retry_at: 0 }).execute())
    while (receiver.taken < 100) await delay(50)
    const during = { from: receiver.taken, at: performance.now() }
    const draining = await rate(windowMs)
    const drainedPerSecond = (receiver.taken - during.from) / ((performance.now() - during.at) / 1_000)
    const alone = { from: receiver.taken, at: performance.now() }
    await delay(windowMs)
    const drainedAlonePerSecond = (receiver.taken - alone.from) / ((performance.now() - alone.at) / 1_000)
    return {
      ...{ database: kind.name, waiting, quiet, refusing, draining, attempts, attemptSeconds: windowMs / 1_000 },
      ...{ drainedPerSecond, drainedAlonePerSecond },
    }
  } finally {
    await database.close()
    await server.stop()
    await receiver.close()
  }
}

/** The result as text. */
export function webhookText(result: WebhookResult): string {
  const share = (rate: number) => (rate / result.quiet).toFixed(2)
  const whole = (rate: number) => Math.round(rate).toLocaleString('en')
  return [
    `Webhooks on ${result.database}, ${whole(result.waiting)} events waiting`,
    `  profiles, nothing waits          ${whole(result.quiet)}/s`,
    `  while the receiver refuses       ${whole(result.refusing)}/s, ratio ${share(result.refusing)}; ` +
      `${result.attempts} attempts in ${result.attemptSeconds} s`,
    `  while it takes them              ${whole(result.draining)}/s, ratio ${share(result.draining)}`,
    `  events taken under this load     ${whole(result.drainedPerSecond)}/s`,
    `  events taken, nobody else asks   ${whole(result.drainedAlonePerSecond)}/s (target: 500/s)`,
    '',
  ].join('\n')
}

const perSecond = ({ answers, seconds }: LoadResult) => answers / seconds
const load = (port: number, sessions: readonly Session[], durationMs: number) =>
  runLoad({ port, connections: 16, exchange: profiles(sessions), durationMs })

async function makeWebhook(port: number, token: string, url: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/admin/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url, events: ['account.deleted'] }),
  })
  if (answer.status !== 201) throw new Error(`there is no webhook: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

/** Queues events as if they had happened one after another until now. */
async function fill(tx: Transaction, id: string, count: number): Promise<void> {
  const payload = JSON.stringify({
    type: 'account.deleted',
    timestamp: new Date().toISOString(),
    data: { account_id: 1 },
  })
  const first = Date.now() - count
  await sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < cast(${count} as integer))
    insert into webhook_deliveries (endpoint_id, event_id, event, payload, queued_at, attempts, next_attempt_at)
    select cast(${id} as text), 1000000 + i, 'account.deleted', cast(${payload} as text),
      cast(${first} as bigint) + i, 0, cast(${first} as bigint) + i from n`.execute(tx)
}

async function startReceiver() {
  const receiver = { url: '', status: 204, requests: 0, taken: 0, close: () => {} }
  const server = createServer((request, response) => {
    request.resume()
    receiver.requests += 1
    if (receiver.status === 204) receiver.taken += 1
    response.writeHead(receiver.status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  receiver.close = () => {
    server.closeAllConnections()
    server.close()
  }
  return receiver
}
