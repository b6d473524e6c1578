import type { TestProject } from 'vitest/node'
import { fullContract } from './full-contract.ts'
import { makeTemplates } from './templates.ts'

/** For `npm run test:fast`: SQLite only, and no process is started. */
export async function setup(project: TestProject): Promise<() => void> {
  project.provide('openApi', await fullContract())
  project.provide('postgresUrl', '')
  const { templates, remove } = await makeTemplates('')
  project.provide('templates', templates)
  return remove
}
