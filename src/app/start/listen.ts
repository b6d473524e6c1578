import { lstatSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import type { BuiltServer } from '../server.ts'

/** `HOST` and `PORT`: an address of this machine, or `unix:` with the path of a socket. */
export type ListenAddress = { host: string; port: number }

const UNIX = 'unix:'

/** Lets proxies of the same group connect. */
const SOCKET_MASK = 0o117

/** Makes the server listen. @returns the address, as a URL or as `unix:PATH` */
export async function listen(server: BuiltServer['server'], { host, port }: ListenAddress): Promise<string> {
  if (!host.startsWith(UNIX)) return server.listen({ host, port })
  const path = host.slice(UNIX.length)
  await removeLeftover(path)
  const mask = process.umask(SOCKET_MASK)
  try {
    await server.listen({ path })
  } finally {
    process.umask(mask)
  }
  return host
}

/** A killed process leaves its socket behind. A socket that still answers is left alone, and so is any other file. */
async function removeLeftover(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
  const isAnswered = await new Promise<boolean>((resolve) => {
    const connection = connect(path, () => {
      connection.destroy()
      resolve(true)
    })
    connection.on('error', () => resolve(false))
  })
  if (!isAnswered) rmSync(path)
}
