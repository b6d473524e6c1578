import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** They watch a module that all other files have loaded already, or change their whole process. */
const needingTheirOwnProcess = ['src/passwords/password-check.test.ts', 'test/http/same-work.test.ts']

const forEveryFile = {
  pool: 'forks',
  // Two even on two processors: half of the time a test waits for a disk, a database or another process.
  maxWorkers: Math.min(8, Math.max(2, availableParallelism() - 1)),
  // A machine that stands still for a moment must not refuse a change. What fails twice is broken.
  retry: process.env.CI === undefined ? 0 : 1,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
} as const

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    projects: [
      {
        test: {
          ...forEveryFile,
          name: 'shared',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'packages/**/*.test.ts'],
          // The recipes need more than npm: `npm run test:recipes`.
          exclude: [...configDefaults.exclude, 'test/recipes/**', ...needingTheirOwnProcess],
          // Loading the sources takes longer than most files take to run. So each worker loads them once.
          isolate: false,
        },
      },
      { test: { ...forEveryFile, name: 'alone', include: needingTheirOwnProcess } },
    ],
  },
})
