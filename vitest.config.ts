import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { findPythonLibraries, PYTHON, pythonLibraries } from './test/support/python-libraries.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'packages/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...optionalTestsToLeaveOut()],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Two even on two processors: half of the time a test waits for a disk, a database or another process.
    maxWorkers: Math.min(8, Math.max(2, availableParallelism() - 1)),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

/** What a machine cannot run is left out and told, rather than counted among tests that were skipped. */
function optionalTestsToLeaveOut(): string[] {
  const there = findPythonLibraries()
  const missing = pythonLibraries.filter((library) => !there.some(({ name }) => name === library.name))
  // To the other stream, for reports on this one may be read by machines.
  for (const { title } of missing) process.stderr.write(`Not tested here: ${title}, which ${PYTHON} does not have.\n`)
  return there.length === 0 ? ['test/http/python-verifiers.test.ts'] : []
}
