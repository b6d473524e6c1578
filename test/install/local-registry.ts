import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { PackedPackage } from '../packages/packed.ts'

/** A package registry on this machine. */
export type LocalRegistry = {
  /** `http://127.0.0.1:PORT/` */
  url: string
  /** The paths that package managers requested and that it answered itself. */
  served: readonly string[]
  close(): void
}

/**
 * Starts a registry that has some packed packages, as if they were published. It sends the package manager on to the real
 * registry for all others.
 *
 * @param upstream the real registry, as `npm config get registry` prints it
 */
export async function startLocalRegistry(packages: readonly PackedPackage[], upstream: string): Promise<LocalRegistry> {
  const served: string[] = []
  const tarballs = new Map<string, Uint8Array>()
  const packuments = new Map<string, object>()

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1)
    const tarball = tarballs.get(path)
    const packument = packuments.get(path)
    if (tarball === undefined && packument === undefined) {
      response.writeHead(307, { location: new URL(request.url?.slice(1) ?? '', upstream).href }).end()
      return
    }
    served.push(path)
    if (tarball) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball)
    else sendJson(response, packument)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  for (const { name, tarball } of packages) {
    const manifest = readManifest(tarball)
    const { version } = manifest
    const file = `${name}/-/${name.replace(/^.*\//, '')}-${version}.tgz`
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const shasum = createHash('sha1').update(tarball).digest('hex')
    const dist = { tarball: url + file, integrity, shasum }
    tarballs.set(file, tarball)
    packuments.set(name, {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
      // pnpm and Yarn refuse packages that are younger than a day, and whose age is unknown.
      time: { [version]: '2026-01-01T00:00:00.000Z' },
    })
  }
  return { url, served, close: () => void server.close() }
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The `package.json` in a tarball, whose first entry need not be it. */
function readManifest(tarball: Uint8Array): { version: string } & Record<string, unknown> {
  const tar = gunzipSync(tarball)
  for (let at = 0; at < tar.length; ) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(tar.toString('utf8', at + 124, at + 136), 8)
    if (name === 'package/package.json') return JSON.parse(tar.toString('utf8', at + 512, at + 512 + size))
    if (Number.isNaN(size)) break
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error('there is no package.json in this tarball')
}
