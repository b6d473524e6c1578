import { defineConfig } from 'vitest/config'

/** Installs the packages as others will, from a registry. Needs the network: `npm run test:install`. */
export default defineConfig({
  test: {
    include: ['test/install/**/*.check.ts'],
    maxWorkers: 1,
    hookTimeout: 60_000,
  },
})
