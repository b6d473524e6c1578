import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** The core of the HTTP contracts. */
const httpTests = [
  ...['admin-groups', 'cookie-mode', 'developer-pages', 'events', 'headers', 'profile-fields', 'services'],
  ...['sessions', 'v1'],
]

/**
 * `npm run test:fast`: the pure rules and the core of the HTTP contracts on SQLite, in seconds. It starts no process: no
 * PostgreSQL, no browser, no build. `npm test` runs everything.
 */
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'packages/verify/test/**/*.test.ts',
      'test/architecture.test.ts',
      ...httpTests.map((name) => `test/http/${name}.test.ts`),
    ],
    exclude: [
      '**/node_modules/**',
      // These start processes, mock modules of others, or take long.
      'src/cli/**',
      'src/config/kept-secret-key.test.ts',
      'src/keys/key-material.test.ts',
      'src/platform/node-version.test.ts',
      'src/passwords/breached/**',
      'src/passwords/formats/**',
      'src/passwords/hash-pool.test.ts',
      'src/passwords/password-check.test.ts',
      'packages/verify/test/adapters/**',
      'packages/verify/test/session-events.test.ts',
    ],
    globalSetup: ['test/support/fast-setup.ts'],
    setupFiles: ['test/support/no-processes.ts'],
    // Loading the sources takes most of the time of a test file. So each worker loads them once, and Node itself strips the
    // types, which takes a third of the time that Vite takes to transform them.
    pool: 'threads',
    // Vitest itself would leave one of two processors idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    testTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
