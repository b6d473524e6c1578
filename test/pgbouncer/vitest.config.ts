import { defineConfig } from 'vitest/config'

/** Tests that need a PgBouncer on this machine: `npm run test:pgbouncer`. */
export default defineConfig({
  test: {
    include: ['test/pgbouncer/**/*.check.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
