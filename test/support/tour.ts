import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { ServerProcess } from './server-process.ts'

/** One block of commands of a tour, and what the page says it prints. */
type Step = { title: string; commands: string; expected: string }

const root = join(import.meta.dirname, '../..')
const END_OF_STEP = '=== end of step ==='

/** The address that `npm start` serves, which the first step of a tour names. */
export const BASE = 'http://127.0.0.1:8000'

/**
 * The blocks of a page in order: each `sh` block with the `text` block that follows it, unless another `sh` block comes
 * first.
 *
 * @param section the heading of the tour; by default, the tour is the complete page
 */
export function readTour(file: string, section?: string): Step[] {
  const page = readFileSync(join(root, file), 'utf8')
  const tour = section === undefined ? page : (page.split(`\n## ${section}\n`)[1] ?? '').split(/^## /m)[0]
  const blocks = [...(tour ?? '').matchAll(/^##+ (?<heading>[^\n]+)$|^```(?<language>\w+)\n(?<code>.*?)^```$/gms)]
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

/** Tests may require only Node and npm. On a machine without curl, a stand-in sends the same requests. */
const standIn =
  spawnSync('curl', ['--version']).status === 0
    ? ''
    : `curl() { '${process.execPath}' '${join(import.meta.dirname, 'curl.ts')}' "$@"; }\n`

/** Pastes all steps into one bash in the checkout, as a reader would, and returns what each of them printed. */
export async function takeTour(steps: readonly Step[], { url, databaseUrl }: ServerProcess): Promise<string[]> {
  const script = steps.map(({ commands }) => `${commands}\necho '${END_OF_STEP}'\n`).join('')
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl }
  const bash = spawn('bash', ['-s'], { cwd: root, env, timeout: 60_000 })
  bash.stdin.end(standIn + script.replace(BASE, url))
  const [printed, complaints] = await Promise.all([text(bash.stdout), text(bash.stderr)])
  expect(complaints).toBe('')
  return printed.split(`${END_OF_STEP}\n`)
}

/** The printed lines: the JSON of each with its names in order, and its status. A line with `…` becomes a pattern. */
export function linesOf(printed: string): unknown[] {
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, json = '', status] = /^(\{.*|\[.*|) ?(\d{3})$/.exec(line) ?? []
      if (status === undefined) return line
      const answer = json === '' ? undefined : JSON.parse(json, (_, value) => openEnded(value))
      return { status, answer, names: [...json.matchAll(/"(\w+)":/g)].map(([, name]) => name) }
    })
}

function openEnded(value: unknown): unknown {
  return typeof value === 'string' && value.endsWith('…') ? expect.stringMatching(`^${value.slice(0, -1)}.`) : value
}
