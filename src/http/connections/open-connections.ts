import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server, and what each of them is waiting for. */
type OpenConnections = {
  /**
   * Call it for every request. It calls `go` when it is the request's turn. If a connection sends several requests
   * without waiting for the responses, each one waits for the response to the previous one, and no more are read
   * meanwhile. Otherwise a client could send a thousand requests in one packet, read no response, and make the server
   * keep all of them. If the connection closes first, it never calls `go`.
   */
  takeTurn(request: IncomingMessage, response: ServerResponse, go: () => void): void
  /** The response to the newest request on this connection. */
  newestAnswer(socket: Socket): ServerResponse | undefined
  /** Hangs up on every connection that is not waiting for the response to a complete request. */
  cutUnfinished(): void
}

/** Tracks the connections of a server from now on. */
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
