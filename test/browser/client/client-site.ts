import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { createTestLatchkey, type TestAccount, type TestLatchkey } from '../../../src/testing.ts'
import { blocksBelow } from '../../recipes/manual-code.ts'

/** A site with Latchkey, the client as a script, and pages and workers that do with it what a test says. */
export type ClientSite = {
  url: string
  latchkey: TestLatchkey
  ada: TestAccount
  /** Holds back the responses to the next requests of this path, which Latchkey has then handled. @returns a function that releases them */
  holdBack(path: string): { handled: Promise<void>; release(): void }
  close(): Promise<void>
}

/**
 * For a page or a worker: makes a client, and calls its functions by their names. What it answers can be copied from one
 * thread to another.
 */
const calls = `
  let client
  const ends = []
  async function call([name, ...values]) {
    if (name === 'create') client = latchkey.createClient({ ...values[0], onSessionEnd: (reason) => ends.push(reason) })
    else if (name === 'createStored') client = latchkey.createClient({ ...values[0], storage })
    else if (name === 'ends') return ends
    else if (name === 'fetch') return (await client.fetch(values[0])).status
    else return await client[name](...values)
  }
  const answer = ({ data, ports: [port] }) =>
    call(data).then((result) => port.postMessage({ result }), (error) => port.postMessage({ error: String(error) }))
`

/** The storage for workers, as in the manual. */
const storage = blocksBelow('Service workers', 'client.md', 'js')[1]?.replace('export ', '')

const scripts: Record<string, string> = {
  '/worker.js': `importScripts('/client.js'); ${calls}; onmessage = answer`,
  '/shared-worker.js': `importScripts('/client.js'); ${calls}
    onconnect = ({ ports: [port] }) => { port.onmessage = answer }`,
  '/service-worker.js': `importScripts('/client.js'); ${storage}; ${calls}; onmessage = answer
    oninstall = () => skipWaiting()
    onactivate = (event) => event.waitUntil(clients.claim())
    onfetch = (event) => {
      // Requests of a page of this site to its API get the token here; the page never sees it.
      if (new URL(event.request.url).pathname === '/orders') event.respondWith(client.fetch(event.request))
    }`,
  '/page.js': `${calls}
    window.ask = (target, ...words) => {
      if (target === undefined) return call(words)
      const { port1, port2 } = new MessageChannel()
      target.postMessage(words, [port2])
      return new Promise((resolve, reject) => {
        port1.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data.result))
      })
    }`,
}

export async function startClientSite(): Promise<ClientSite> {
  const bundle = await rolldown({ input: join(import.meta.dirname, '../../../packages/client/src/client.ts') })
  const { output } = await bundle.generate({ format: 'iife', name: 'latchkey' })
  const files: Record<string, string> = { ...scripts, '/client.js': output[0].code }
  const held = new Map<string, { handled: () => void; gate: Promise<void> }>()
  let latchkey: TestLatchkey | undefined

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    const script = files[pathname]
    if (script !== undefined) return send(response, 'text/javascript', script)
    if (pathname === '/')
      return send(response, 'text/html', '<script src="/client.js"></script><script src="/page.js"></script>')
    if (pathname === '/orders') {
      const token = /^Bearer (.+)/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      void latchkey?.verify(token).then(
        ({ account }) => send(response, 'text/plain', `orders of ${account.username}`),
        () => response.writeHead(401).end(),
      )
      return
    }
    const hold = held.get(pathname)
    if (hold !== undefined) {
      held.delete(pathname)
      holdResponse(response, hold)
    }
    latchkey?.handler(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const started = await createTestLatchkey({ PUBLIC_URL: url })
  latchkey = started
  return {
    url,
    latchkey: started,
    ada: await started.createAccount({ username: 'ada' }),
    holdBack(path) {
      const handled = Promise.withResolvers<void>()
      const gate = Promise.withResolvers<void>()
      held.set(path, { handled: handled.resolve, gate: gate.promise })
      return { handled: handled.promise, release: gate.resolve }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await started.close()
    },
  }
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'service-worker-allowed': '/' }).end(text)
}

/** Nothing of a response leaves before the gate opens, not even its headers. */
function holdResponse(response: ServerResponse, { handled, gate }: { handled: () => void; gate: Promise<void> }): void {
  const { end, writeHead } = response
  let head: unknown[] = []
  response.writeHead = ((...values: unknown[]) => {
    head = values
    return response
  }) as typeof writeHead
  response.end = ((...values: unknown[]) => {
    handled()
    void gate.then(() => {
      Reflect.apply(writeHead, response, head)
      Reflect.apply(end, response, values)
    })
    return response
  }) as typeof end
}
