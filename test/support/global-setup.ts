import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { prepareChromium } from './chromium.ts'
import { fullContract } from './full-contract.ts'
import { startPostgres } from './postgres-server.ts'
import { makeTemplates, type Templates } from './templates.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty: there is no PostgreSQL, and tests run on SQLite only. */
    postgresUrl: string
    templates: Templates
  }
}

/**
 * Builds `dist/`, which some tests start as a separate process, so that it is never older than the sources. Starts one
 * PostgreSQL for the complete run; every test creates its own database in it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  build('build.ts')
  build('build-pages.ts', '--if-changed')
  await prepareChromium()
  project.provide('openApi', await fullContract())
  const server = await startPostgres()
  const { templates, remove } = await makeTemplates(server.url)
  project.provide('postgresUrl', server.url)
  project.provide('templates', templates)
  return async () => {
    remove()
    await server.stop()
  }
}

function build(script: string, ...options: string[]): void {
  const path = join(import.meta.dirname, '../../scripts', script)
  const { status } = spawnSync(process.execPath, [path, ...options], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`scripts/${script} failed: see its messages above`)
}
