import { connect, type Socket } from 'node:net'
import { type Answer, createAnswerReader } from './answer-reader.ts'
import { type Latencies, summarize } from './latencies.ts'

/** The requests that any number of connections send to a server, each with one request at a time. */
export type Exchange = {
  /** The next request of a connection. The connections are numbered from 0. */
  request(connection: number): Buffer
  /** Whether the response to it is correct. */
  accept(connection: number, answer: Answer): boolean
}

type LoadOptions = {
  port: number
  connections: number
  exchange: Exchange
  /** Sends requests until this much time has passed. */
  durationMs?: number
  /** Sends this many requests. */
  requests?: number
  /** How long a connection waits between a response and its next request. Default 0: a closed loop at full speed. */
  pauseMs?: number
}

export type LoadResult = Latencies & {
  answers: number
  /** From the first request to the last response. */
  seconds: number
}

/** Thrown if a server answers incorrectly or not at all. None of its measurements would mean anything. */
export class WrongAnswer extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'WrongAnswer'
  }
}

/** For a response or a connection; far more than any of them takes, even on a busy machine. */
const PATIENCE_MS = 60_000

/**
 * Puts a server under load and measures how long each response takes. Requests that are under way when the time is over
 * are awaited and counted.
 *
 * @throws WrongAnswer
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { port, connections, exchange, durationMs, requests = Number.POSITIVE_INFINITY, pauseMs = 0 } = options
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const latencies: number[] = []
  let asked = 0
  const startedAt = performance.now()
  const endsAt = startedAt + (durationMs ?? Number.POSITIVE_INFINITY)

  const converse = (socket: Socket, connection: number) =>
    new Promise<void>((resolve, reject) => {
      let sentAt = 0
      const ask = () => {
        if (asked >= requests || performance.now() >= endsAt) return resolve()
        asked++
        const request = exchange.request(connection)
        sentAt = performance.now()
        socket.write(request)
      }
      const read = createAnswerReader((answer) => {
        latencies.push(performance.now() - sentAt)
        if (!exchange.accept(connection, answer)) {
          return reject(new WrongAnswer(`${answer.status} ${answer.body.toString('utf8', 0, 500)}`))
        }
        if (pauseMs > 0) setTimeout(ask, pauseMs)
        else ask()
      })
      socket.on('data', read)
      socket.on('error', reject)
      socket.on('close', () => reject(new WrongAnswer('the server closed a connection')))
      socket.setTimeout(PATIENCE_MS, () => reject(new WrongAnswer('no answer came')))
      // Connections that pause do not all send at the same moment.
      if (pauseMs > 0) setTimeout(ask, (pauseMs * connection) / connections)
      else ask()
    })

  try {
    await Promise.all(sockets.map(converse))
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  const seconds = (performance.now() - startedAt) / 1_000
  return { answers: latencies.length, seconds, ...summarize(latencies) }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => {
      socket.removeListener('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}
