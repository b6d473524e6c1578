import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/**
 * Builds `dist/`, which the tests start as a process of its own, so that it is never older than the sources. Starts one
 * PostgreSQL for the whole run; every test makes its own database in it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  build()
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}

function build(): void {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.ts')], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the sources could not be built: see the messages of the compiler above')
}
