import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServerProcess, startServerProcess } from './support/server-process.ts'

/** One block of commands of the tour, and what the README says it prints. */
type Step = { title: string; commands: string; expected: string }

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const BASE = 'http://127.0.0.1:8000'
const END_OF_STEP = '=== end of step ==='

/** The tour's blocks in order: each `sh` block with the `text` block that follows it, if one does before the next. */
function tourOf(page: string): Step[] {
  const section = /^## Quick tour\n(.*?)^## /ms.exec(page)?.[1] ?? ''
  const blocks = [...section.matchAll(/^### (?<heading>[^\n]+)$|^```(?<language>\w+)\n(?<code>.*?)^```$/gms)]
  const steps: Step[] = []
  let heading = 'The beginning'
  for (const { groups: { heading: next, language, code = '' } = {} } of blocks) {
    if (next !== undefined) heading = next
    else if (language === 'sh')
      steps.push({ title: `${heading}, line ${lineOf(page, code)}`, commands: code, expected: '' })
    else (steps.at(-1) as Step).expected = code
  }
  return steps
}

const lineOf = (whole: string, part: string) => whole.slice(0, whole.indexOf(part)).split('\n').length

/** Pastes all steps into one bash, as a reader would, and gives back what each of them printed. */
async function run(steps: readonly Step[], url: string): Promise<string[]> {
  const script = steps.map(({ commands }) => `${commands}\necho '${END_OF_STEP}'\n`).join('')
  const bash = spawn('bash', ['-s'], { env: { PATH: process.env.PATH }, timeout: 60_000 })
  bash.stdin.end(script.replace(BASE, url))
  const [printed, complaints] = await Promise.all([text(bash.stdout), text(bash.stderr)])
  expect(complaints).toBe('')
  return printed.split(`${END_OF_STEP}\n`)
}

/** A printed line as its JSON and its status, with what the README leaves open (`…`) as a pattern. */
function read(line: string): unknown {
  const [, json = '', status] = /^(.*?) ?(\d{3})$/.exec(line) ?? []
  if (status === undefined) return line
  return { status, answer: json === '' ? undefined : JSON.parse(json, (_, value) => openEnded(value)) }
}

function openEnded(value: unknown): unknown {
  return typeof value === 'string' && value.endsWith('…') ? expect.stringMatching(`^${value.slice(0, -1)}.`) : value
}

const lines = (printed: string) =>
  printed
    .split('\n')
    .filter((line) => line !== '')
    .map(read)

const hasCurl = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0)

// Node and npm are all that the tests may ask of a machine; a machine that checks changes must have the rest.
describe.skipIf(!hasCurl && process.env.CI === undefined)('the quick tour of the README', () => {
  const tour = tourOf(readme)
  let server: ServerProcess | undefined
  let printed: string[]

  beforeAll(async () => {
    server = await startServerProcess()
    printed = await run(tour, server.url)
  })
  afterAll(() => server?.stop())

  it('begins by naming the address that npm start serves', () => {
    expect(tour[0]?.commands).toContain(`BASE=${BASE}\n`)
  })

  it('visits every path that the contract has for accounts, tokens and posts', () => {
    const commands = tour.map((step) => step.commands).join('')
    const visited = new Set([...commands.matchAll(/\$BASE(\/[a-z/-]*)/g)].map((match) => match[1]))
    expect([...visited].sort()).toEqual([
      '/api/change-password/',
      '/api/login/',
      '/api/logout/',
      '/api/posts/',
      '/api/protected/',
      '/api/register/',
      '/api/token/',
      '/api/token/authentication-token-header/',
      '/api/token/blacklist/',
      '/api/token/refresh-and-verify/',
      '/api/token/refresh/',
      '/api/token/verify/',
      '/api/users/authentication/',
      '/api/users/profile/',
      '/api/users/register/',
      '/dashboard/',
      '/token/',
    ])
  })

  it.each(tour.map((step, index) => ({ ...step, index })))('prints what it says: $title', ({ index, expected }) => {
    expect(lines(printed[index] ?? '')).toEqual(lines(expected))
  })
})
