import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig, type Plugin } from 'vitest/config'

/** They mock a module, which only Vite's loader can do, or change their whole process. */
const needingTheirOwnProcess = ['src/passwords/password-check.test.ts', 'test/http/same-work.test.ts']

/** Vite would load packages in their form for development, which may be sources that Node cannot read. */
const loadedAsByNode: Plugin = {
  name: 'latchkey-loaded-as-by-node',
  configResolved({ ssr }) {
    if (ssr.resolve) ssr.resolve.conditions = ['node']
  },
}

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
        plugins: [loadedAsByNode],
        test: {
          ...forEveryFile,
          name: 'shared',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'packages/**/*.test.ts'],
          // The recipes need more than npm: `npm run test:recipes`.
          exclude: [...configDefaults.exclude, 'test/recipes/**', ...needingTheirOwnProcess],
          // Loading the sources takes longer than most files take to run. So each worker loads them once, and Node itself strips
          // the types, which takes a third of the time that Vite takes to transform them.
          isolate: false,
          experimental: { viteModuleRunner: false, nodeLoader: false },
        },
      },
      { test: { ...forEveryFile, name: 'alone', include: needingTheirOwnProcess } },
    ],
  },
})
