import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server, and what each of them waits for. */
export type OpenConnections = {
  /** To be told of every request. */
  note(request: IncomingMessage, response: ServerResponse): void
  /** The answer to the newest request that came over this connection. */
  newestAnswer(socket: Socket): ServerResponse | undefined
  /** Hangs up on everybody who is not waiting for the answer to a request that has come in whole. */
  cutUnfinished(): void
}

/** Follows the connections of a server from now on. */
export function trackConnections(server: Server): OpenConnections {
  const open = new Set<Socket>()
  const newest = new WeakMap<Socket, ServerResponse>()

  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })

  return {
    note(request, response) {
      newest.set(request.socket, response)
    },
    newestAnswer: (socket) => newest.get(socket),
    cutUnfinished() {
      for (const socket of open) {
        const answer = newest.get(socket)
        const isAwaited = answer?.req.complete === true && !answer.writableFinished
        if (!isAwaited) socket.destroy()
      }
    },
  }
}
