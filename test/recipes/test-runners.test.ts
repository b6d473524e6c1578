import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../support/chromium.ts'
import { codeBelow } from './manual-code.ts'
import { runProgram } from './program.ts'

// npm installs Jest and Playwright's test runner, for this file only: nothing else needs them.

const root = join(import.meta.dirname, '../..')
const { version: playwright } = JSON.parse(
  readFileSync(join(root, 'node_modules/playwright-core/package.json'), 'utf8'),
)
let project: string

beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'build:packages'], { cwd: root })
  project = mkdtempSync(join(tmpdir(), 'latchkey-runners-'))
  const write = (name: string, text: string) => writeFileSync(join(project, name), text)
  write('package.json', '{"private": true, "type": "module"}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', 'jest@^30.5.2', `@playwright/test@${playwright}`], {
    cwd: project,
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  })
  mkdirSync(join(project, 'node_modules/@latchkey'))
  symlinkSync(root, join(project, 'node_modules/latchkey'))
  symlinkSync(join(root, 'packages/verify'), join(project, 'node_modules/@latchkey/verify'))
  symlinkSync(join(root, 'node_modules/vitest'), join(project, 'node_modules/vitest'))
  write('my-app.js', codeBelow('An app to test', 'embedding.md'))
  write('orders.test.ts', codeBelow('Vitest', 'embedding.md'))
  write('orders.jest.js', codeBelow('Jest', 'embedding.md'))
  write('sign-in.spec.ts', codeBelow('Playwright', 'embedding.md'))
}, 300_000)
afterAll(() => rmSync(project, { recursive: true, force: true }))

const run = (args: string[], env: Record<string, string> = {}) =>
  runProgram(process.execPath, args, '', project, { CI: 'true', ...env })

describe('the recipes for test runners', () => {
  it('work under Vitest', async () => {
    expect(await run(['node_modules/vitest/vitest.mjs', 'run', 'orders.test.ts'])).toMatch(/2 passed/)
  }, 60_000)

  it('work under Jest', async () => {
    const options = ['--testMatch', '**/*.jest.js', '--json']
    const told = await run(['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...options])
    expect(JSON.parse(told)).toMatchObject({ success: true, numPassedTests: 1 })
  }, 60_000)

  it('work under Playwright', async () => {
    const launchOptions = await findChromium()
    writeFileSync(
      join(project, 'playwright.config.js'),
      `export default { reporter: 'line', use: { launchOptions: ${JSON.stringify(launchOptions)} } }`,
    )
    expect(await run(['node_modules/@playwright/test/cli.js', 'test', 'sign-in.spec.ts'])).toMatch(/1 passed/)
  }, 60_000)
})
