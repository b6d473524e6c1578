import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'packages/**/*.test.ts'],
    // These need more than npm: `npm run test:recipes`.
    exclude: [...configDefaults.exclude, 'test/recipes/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Two even on two processors: half of the time a test waits for a disk, a database or another process.
    maxWorkers: Math.min(8, Math.max(2, availableParallelism() - 1)),
    // A machine that stands still for a moment must not refuse a change. What fails twice is broken.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
