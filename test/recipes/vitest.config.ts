import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// The recipes of the manual for other languages and programs. They need Debian packages, which each file names in its first
// lines and .ci/run installs, and fail if one is missing.
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/recipes/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
