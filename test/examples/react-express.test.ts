import { type Client, createClient, type Fetch } from '@latchkey/client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleProgram, startExample } from './react-express-program.ts'

const PASSWORD = 'copper-lantern-42'

/** A `fetch` with the cookies of a browser on a page of `origin`. */
function browserFetch(origin: string): Fetch {
  const cookies = new Map<string, string>()
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('origin', origin)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
    const response = await fetch(input, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
}

describe('examples/react-express', () => {
  let program: ExampleProgram
  let url: string

  beforeAll(async () => {
    program = await startExample()
    url = program.url
  }, 200_000)
  afterAll(() => program?.remove())

  const clients: Client[] = []
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose()
  })

  function openPage(mode: 'cookie' | 'bearer'): Client {
    const client = createClient({ baseUrl: `${url}/auth`, mode, fetch: browserFetch(url), isTabAware: false })
    clients.push(client)
    return client
  }

  it('serves the page', async () => {
    const [, path = ''] = /<script[^>]+src="([^"]+)"/.exec(await (await fetch(url)).text()) ?? []
    const script = await fetch(new URL(path, url))
    expect(script.headers.get('content-type')).toContain('javascript')
    expect(await script.text()).toContain('Your session has ended')
  })

  it('lets nobody into the API who is not logged in', async () => {
    expect((await fetch(`${url}/notes`)).status).toBe(401)
  })

  it('keeps the notes of the logged-in user, in both modes, through a kill and a restart', async () => {
    const users = (['cookie', 'bearer'] as const).map((mode) => ({ client: openPage(mode), username: `anna-${mode}` }))
    const note = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"Buy milk"}' }
    for (const { client, username } of users) {
      await client.register({ username, password: PASSWORD })
      await client.login({ username, password: PASSWORD })
      expect(await (await client.fetch(`${url}/notes`, note)).json()).toEqual([{ id: 0, text: 'Buy milk' }])
    }

    await program.stop('SIGKILL')
    for (const { client } of users) {
      await expect(client.refresh()).rejects.toMatchObject({ code: 'network_error' })
      expect(client.getState().status).toBe('authenticated')
    }
    await program.start()

    for (const { client, username } of users) {
      expect((await client.fetch(`${url}/notes`)).status).toBe(200)
      expect((await client.me()).username).toBe(username)
      await client.logout()
      expect((await client.fetch(`${url}/notes`)).status).toBe(401)
    }
  })

  it('has a program that exits when it is asked to', async () => {
    expect(await program.stop()).toBe(0)
  })
})
