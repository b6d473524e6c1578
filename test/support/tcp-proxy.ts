import { connect, createServer, type Server, type Socket } from 'node:net'

/** A connection to a server that can be cut, frozen and restored. */
type TcpProxy = {
  /** The given URL, through the proxy. */
  url: string
  /** From now on, nothing passes, and neither side is told. */
  freeze(): void
  /** Ends all connections, and refuses new ones. */
  stop(): Promise<void>
  /** Lets connections through, on the same port as before. */
  start(): Promise<void>
}

/** A proxy on the loopback that passes connections on to the server that `url` names. It does not listen yet. */
export function createTcpProxy(url: string, port: number): TcpProxy {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let isFrozen = false

  function accept(client: Socket): void {
    const upstream = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => {
        if (!isFrozen) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  }

  const proxied = new URL(url)
  proxied.host = `127.0.0.1:${port}`
  return {
    url: proxied.href,
    freeze() {
      isFrozen = true
    },
    async stop() {
      const closed = new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)))
      server = undefined
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async start() {
      isFrozen = false
      server = createServer(accept)
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
    },
  }
}
