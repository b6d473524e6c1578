import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../test/support/free-port.ts'
import type { BareAlgorithm } from './bare-tokens.ts'

/** A server in its own process. */
export type ServerUnderTest = {
  name: string
  port: number
  /** The processor time since its start, over all threads, in milliseconds; undefined without /proc. */
  cpuMs(): number | undefined
  /** Its current memory, in bytes. */
  memory(): number | undefined
  stop(): Promise<void>
}

type ServerOptions = {
  algorithm: BareAlgorithm
  databaseUrl: string
  /** Further settings of Latchkey. */
  environment?: Record<string, string>
}

/** Starts servers and stops them again. */
export type ServerRunner = {
  /** Latchkey with its defaults, except for the rate limits. Its log, one line per request, goes to a file. */
  startLatchkey(options: ServerOptions): Promise<ServerUnderTest>
  /** The bare server. @param commits `each`: every change has a durable commit of its own */
  startBare(options: ServerOptions, commits?: 'shared' | 'each'): Promise<ServerUnderTest>
  /** Any other program that listens on the given port. */
  start(name: string, command: (port: number) => ServerCommand): Promise<ServerUnderTest>
  stopAll(): Promise<void>
}

type ServerCommand = { program: string; args: readonly string[]; environment: Record<string, string> }

const READY_WITHIN_MS = 60_000
/** What `getconf CLK_TCK` says on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/**
 * @param home a folder for what the servers write, except their databases
 * @param profiles a folder for CPU profiles; undefined: none are taken
 */
export function createServerRunner(home: string, profiles: string | undefined): ServerRunner {
  const running = new Set<ServerUnderTest>()
  const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]

  async function start(name: string, command: (port: number) => ServerCommand): Promise<ServerUnderTest> {
    const port = await freePort()
    const { program, args, environment } = command(port)
    const folder = join(home, `${name}-${port}`)
    mkdirSync(folder, { recursive: true })
    const log = openSync(join(folder, 'log'), 'a')
    const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', log, 'inherit'] })
    closeSync(log)
    const server: ServerUnderTest = {
      name,
      port,
      cpuMs: () => readProc(child, 'stat', cpuMsOf),
      memory: () => readProc(child, 'status', memoryOf),
      async stop() {
        if (!running.delete(server) || child.exitCode !== null) return
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      },
    }
    running.add(server)
    await untilReady(child, port).catch((error: Error) => {
      throw new Error(`${name} ${error.message}:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2_000)}`)
    })
    return server
  }

  const startNode = (name: string, args: (port: number) => string[], environment: (port: number) => object) =>
    start(name, (port) => ({
      program: process.execPath,
      args: [...profiling, ...args(port)],
      environment: { ...environment(port) },
    }))

  return {
    start,
    startLatchkey: ({ algorithm, databaseUrl, environment = {} }) =>
      startNode(
        'Latchkey',
        () => [join(import.meta.dirname, '../dist/main.js')],
        (port) => ({
          PORT: String(port),
          ALGORITHM: algorithm,
          DATABASE_URL: databaseUrl,
          SECRET_KEY: 'only-for-measurements-8d1f0c5be27a4963',
          RATE_LIMITS: 'off',
          ...environment,
        }),
      ),
    startBare: ({ algorithm, databaseUrl }, commits = 'shared') =>
      startNode(
        'bare',
        (port) => [
          join(import.meta.dirname, 'bare-server.ts'),
          `--port=${port}`,
          `--algorithm=${algorithm}`,
          `--database=${databaseUrl}`,
          ...(commits === 'each' ? ['--single-commits'] : []),
        ],
        () => ({}),
      ),
    async stopAll() {
      for (const server of running) await server.stop()
    },
  }
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 50) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before it was ready`)
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await delay(50)
  }
  throw new Error('was not ready in time')
}

function readProc<T>(child: ChildProcess, file: string, read: (text: string) => T): T | undefined {
  if (process.platform !== 'linux') return undefined
  return read(readFileSync(`/proc/${child.pid}/${file}`, 'utf8'))
}

/** proc_pid_stat(5): utime and stime are the 12th and 13th fields after the name, which may contain anything. */
function cpuMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND
}

function memoryOf(status: string): number {
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024
}
