import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A relay in front of a PostgreSQL server that records every statement: each of them is a round trip. */
export type StatementCounter = {
  /** The address of the database through the relay. */
  url: string
  /** The statements since the last call, in order. */
  take(): string[]
  close(): Promise<void>
}

export async function countStatements(databaseUrl: string): Promise<StatementCounter> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let statements: string[] = []
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const read = statementReader((sql) => statements.push(sql))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => {
      read(bytes)
      upstream.write(bytes)
    })
    upstream.pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    take() {
      const taken = statements
      statements = []
      return taken
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/**
 * Reads what a client sends (PostgreSQL 18 §54.7): Query runs a text, Parse names one, Bind chooses one, Execute runs
 * it.
 */
function statementReader(onStatement: (sql: string) => void): (bytes: Buffer) => void {
  const parsed = new Map<string, string>()
  let pending = Buffer.alloc(0)
  let hasStarted = false
  let bound = ''

  function readMessage(type: string, body: Buffer): void {
    const [first = '', second = ''] = body.toString('utf8').split('\0')
    if (type === 'Q') onStatement(first)
    if (type === 'P') parsed.set(first, second)
    if (type === 'B') bound = second
    if (type === 'E') onStatement(parsed.get(bound) ?? '')
  }

  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    for (;;) {
      // The first message of a connection has no type.
      const head = hasStarted ? 1 : 0
      if (pending.length < head + 4) return
      const end = head + pending.readUInt32BE(head)
      if (pending.length < end) return
      if (hasStarted) readMessage(String.fromCharCode(pending[0] ?? 0), pending.subarray(5, end))
      hasStarted = true
      pending = pending.subarray(end)
    }
  }
}
