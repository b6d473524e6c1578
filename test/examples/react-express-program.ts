import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installPacked } from '../packages/packed.ts'
import { codeCache } from '../support/code-cache.ts'
import { freePort } from '../support/free-port.ts'

const root = join(import.meta.dirname, '../..')

/** `examples/react-express` as a process of its own, in a folder of its own. */
export type ExampleProgram = {
  url: string
  start(): Promise<void>
  /** Without a signal, as Ctrl-C would. @returns the exit code */
  stop(signal?: 'SIGKILL'): Promise<number | null>
  /** Stops it and deletes its folder. */
  remove(): Promise<void>
}

/** Copies the example and starts it. @param settings for its Latchkey, beside those of the example */
export async function startExample(settings: Record<string, string> = {}): Promise<ExampleProgram> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'examples/react-express/package.json'), 'utf8'))
  const consumer = await installPacked(
    [],
    Object.keys(dependencies).filter((name) => name !== 'latchkey'),
  )
  symlinkSync(root, join(consumer.folder, 'node_modules/latchkey'))
  cpSync(join(root, 'examples/react-express'), consumer.folder, {
    recursive: true,
    filter: (path) => !/node_modules|dist|\.sqlite3/.test(path),
  })
  addSettings(join(consumer.folder, 'server.js'), settings)
  const port = await freePort()
  let program: ChildProcess | undefined

  async function start(): Promise<void> {
    const started = spawn(process.execPath, ['server.js'], {
      cwd: consumer.folder,
      env: { ...process.env, ...codeCache, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    program = started
    let told = ''
    for (const stream of [started.stdout, started.stderr]) stream?.on('data', (text) => (told += text))
    while (!told.includes('in your browser')) {
      await Promise.race([once(started.stdout, 'data'), once(started, 'exit')])
      if (started.exitCode !== null) throw new Error(`the example did not start: ${told}`)
    }
  }

  async function stop(signal?: 'SIGKILL'): Promise<number | null> {
    if (program === undefined) return null
    if (program.exitCode === null && program.signalCode === null) {
      program.kill(signal)
      await once(program, 'exit')
    }
    return program.exitCode
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    stop,
    async remove() {
      await stop()
      consumer.remove()
    },
  }
}

function addSettings(file: string, settings: Record<string, string>): void {
  const text = readFileSync(file, 'utf8')
  const place = 'await createLatchkey({\n'
  if (!text.includes(place)) throw new Error('the example has no createLatchkey any more')
  const lines = Object.entries(settings).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},\n`)
  writeFileSync(file, text.replace(place, place + lines.join('')))
}
