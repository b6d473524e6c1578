import { databases } from '../../../test/support/databases.ts'
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Client, type ClientOptions, createClient, type TokenStorage } from '../src/client.ts'

/** The real server on its own database. */
export function startServer(settings: Record<string, string> = {}): Promise<TestApp> {
  const [database] = databases
  if (database === undefined) throw new Error('there is no database')
  return startTestApp({ database, settings })
}

/** A storage that several clients share, as tabs share `localStorage`. */
export function createSharedStorage(): TokenStorage & { items: Map<string, string> } {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}

/** A client in bearer mode that repeats lost refreshes at once. */
export function createTestClient({ url }: TestApp, options: Partial<ClientOptions> = {}): Client {
  return createClient({ baseUrl: url, mode: 'bearer', retryDelaysMs: [1, 1], ...options })
}
