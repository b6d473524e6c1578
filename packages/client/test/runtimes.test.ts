import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { type RolldownOutput, rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import type * as ClientModule from '../src/client.ts'
import { createSharedStorage, startServer } from './test-client.ts'

/** What all of them have. Nothing of Node is here: no `process`, no `Buffer`. */
const everywhere = {
  AbortController,
  Headers,
  Request,
  Response,
  URL,
  URLSearchParams,
  atob,
  clearTimeout,
  fetch,
  setTimeout,
}

/** Its URL has no `origin`: https://github.com/facebook/react-native/blob/main/packages/react-native/Libraries/Blob/URL.js */
class NativeUrl extends URL {
  override get origin(): string {
    throw new Error('URL.origin is not implemented')
  }
}

const runtimes: Record<string, (server: TestApp) => Record<string, unknown>> = {
  'a service worker': ({ url }) => ({
    BroadcastChannel,
    location: new URL(`${url}/worker.js`),
    navigator: { locks: navigator.locks },
  }),
  'an edge runtime': () => ({}),
  'React Native': () => ({ URL: NativeUrl, navigator: { product: 'ReactNative' } }),
}

describe.each(Object.entries(runtimes))('in %s', (_, globalsOf) => {
  let server: TestApp
  let module: typeof ClientModule

  beforeAll(async () => {
    server = await startServer()
    await addAccount(server, 'ada')
    const bundle = await rolldown({ input: join(import.meta.dirname, '../src/client.ts') })
    const { output }: RolldownOutput = await bundle.generate({ format: 'iife', name: 'latchkey' })
    const globals = { ...everywhere, ...globalsOf(server) }
    const context = createContext(globals, { codeGeneration: { strings: false, wasm: false } })
    module = runInContext(`${output[0].code}\nlatchkey`, context)
  })
  afterAll(() => server.close())

  it('logs in, refreshes, calls an API and logs out', async () => {
    const storage = createSharedStorage()
    const ends: string[] = []
    const client = module.createClient({
      baseUrl: server.url,
      mode: 'bearer',
      storage,
      lockTimeoutMs: 1_000,
      onSessionEnd: (reason) => ends.push(reason),
    })
    await client.login({ username: 'ada', password: PASSWORD })
    server.clock.advance(6 * 60_000)
    expect((await client.me()).username).toBe('ada')
    expect((await client.fetch(`${server.url}/api/v1/me/sessions`)).status).toBe(200)
    await client.logout()
    expect(ends).toEqual(['logout'])
    const failure = await client.me().catch((error) => error)
    expect(failure.code).toBe('not_authenticated')
    client.dispose()
  })
})
