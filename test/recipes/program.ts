import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const READY_WITHIN_MS = 40_000

const common = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', PYTHONDONTWRITEBYTECODE: '1' }

/** A folder with these files, which is deleted after the test. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

type Program = { command: string; args?: string[]; cwd?: string; env?: Record<string, string>; url: string }

/**
 * Starts a server and waits until it answers at `url`, with whatever status. It ends with the test, and so does everything
 * that it has started.
 *
 * @throws Error with what it wrote, if it ends first or does not answer in time
 */
export async function startProgram({ command, args = [], cwd, env = {}, url }: Program): Promise<void> {
  const program = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...common, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that its children can be stopped too.
    detached: true,
  })
  let written = ''
  let ended = false
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (written += String(chunk)))
  program.on('error', (error) => (written += String(error)))
  program.on('close', () => (ended = true))
  onTestFinished(async () => {
    if (ended || program.pid === undefined) return
    process.kill(-program.pid, 'SIGTERM')
    await Promise.race([once(program, 'close'), pause(5_000)])
    if (!ended) process.kill(-program.pid, 'SIGKILL')
  })
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await answers(url))) {
    if (ended || Date.now() > deadline) throw new Error(`${command} did not answer at ${url}:\n${written}`)
    await pause(100)
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

/** Runs a program to its end. @returns what it wrote to its output @throws Error with its complaints, if it fails */
export async function runProgram(
  command: string,
  args: string[],
  input: string,
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  const program = spawn(command, args, { cwd, timeout: 120_000, env: { ...common, ...env } })
  let output = ''
  let complaints = ''
  program.stdout.on('data', (chunk) => (output += String(chunk)))
  program.stderr.on('data', (chunk) => (complaints += String(chunk)))
  // Some programs exit without reading it.
  program.stdin.on('error', () => {})
  program.stdin.end(input)
  const [code] = (await once(program, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}\n${complaints}`)
  return output
}
