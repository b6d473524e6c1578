import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server, and what each of them waits for. */
type OpenConnections = {
  /**
   * To be told of every request. Says when it is its turn: of those that a connection sends without waiting for answers
   * each is treated when the one before is answered, and meanwhile no more are read. Else somebody who sends a thousand
   * in one packet and takes no answer would have a thousand answers kept for him. Never, once the connection is closed.
   */
  takeTurn(request: IncomingMessage, response: ServerResponse, go: () => void): void
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
    takeTurn({ socket }, response, go) {
      const before = newest.get(socket)
      newest.set(socket, response)
      if (before === undefined || before.writableFinished || before.closed) {
        go()
        return
      }
      socket.pause()
      before.once('close', () => {
        if (!socket.writable) return
        if (newest.get(socket) === response) socket.resume()
        go()
      })
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
