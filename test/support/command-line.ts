import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { latchkey } from '../../src/cli/main.ts'
import type { Streams } from '../../src/cli/terminal/terminal.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { databases, type TestDatabase } from './databases.ts'
import { memoryFolder } from './memory-folder.ts'
import { TEST_SECRET_KEY } from './test-app.ts'

/** The result of a command. */
type CommandRun = { code: number; out: string; err: string }

/** An expected question, or its end, and the answer that the person types. */
type Exchange = [question: string, answer: string]

/** The command line, run in this process, with an empty working directory and only the settings in its environment. */
export type CommandLine = {
  /** With standard input closed, like scripts and cron. */
  run(...argumentTexts: string[]): Promise<CommandRun>
  /** With a text on standard input. */
  pipe(text: string | Buffer, ...argumentTexts: string[]): Promise<CommandRun>
  /** In a terminal. Hangs up at any question other than the expected one. */
  talk(exchanges: Exchange[], ...argumentTexts: string[]): Promise<CommandRun>
  workingDirectory: string
  databaseUrl: string | undefined
}

type CommandLineOptions = {
  databaseUrl?: string | undefined
  /** More environment variables; undefined removes a setting. */
  environment?: Record<string, string | undefined>
  clock?: Clock
}

/** Ctrl-D. */
const HANG_UP = '\u0004'

/**
 * Creates a command line with the secret of the test servers and cheap hashing, unless `environment` says otherwise.
 * Its folder is deleted after the test.
 */
export function aCommandLine(options: CommandLineOptions = {}): CommandLine {
  const { databaseUrl, environment = {}, clock = systemClock } = options
  const workingDirectory = mkdtempSync(join(memoryFolder(), 'latchkey-cli-'))
  onTestFinished(() => rmSync(workingDirectory, { recursive: true, force: true }))

  async function runWith(argumentTexts: string[], input: Streams['input'], answer?: (told: string) => void) {
    const collected = { out: '', err: '' }
    const code = await latchkey(argumentTexts, {
      environment: {
        SECRET_KEY: TEST_SECRET_KEY,
        DATABASE_URL: databaseUrl,
        HASH_MEMORY_KIB: '64',
        HASH_PASSES: '1',
        ...environment,
      },
      workingDirectory,
      streams: {
        input,
        output: collector((text) => {
          collected.out += text
        }),
        errors: Object.assign(
          collector((text) => {
            collected.err += text
            answer?.(collected.err)
          }),
          { isTTY: answer !== undefined },
        ),
      },
      clock,
      random: systemRandom,
    })
    return { code, ...collected }
  }

  return {
    run: (...argumentTexts) => runWith(argumentTexts, Readable.from([])),
    pipe: (text, ...argumentTexts) => runWith(argumentTexts, Readable.from([Buffer.from(text)])),
    talk(exchanges, ...argumentTexts) {
      const input = Object.assign(new PassThrough(), { isTTY: true })
      const waiting = [...exchanges]
      let answered = ''
      return runWith(argumentTexts, input, (written) => {
        const told = withoutCursorMoves(written)
        if (told === answered || !/(: |\[y\/N\] )$/.test(told)) return
        answered = told
        const [question, answer] = waiting.shift() ?? ['', HANG_UP]
        setImmediate(() => input.write(told.endsWith(question) ? `${answer}\r` : HANG_UP))
      })
    },
    workingDirectory,
    databaseUrl,
  }
}

/** The same on a new, migrated database that is deleted after the test. By default on SQLite. */
export async function aReadyCommandLine(
  { create, createMigrated = create }: TestDatabase = sqlite(),
  options: Omit<CommandLineOptions, 'databaseUrl'> = {},
): Promise<CommandLine> {
  const { url, drop } = await createMigrated()
  onTestFinished(drop)
  const commandLine = aCommandLine({ ...options, databaseUrl: url })
  // The copy has all tables. This stores the rule for usernames that the settings ask for.
  await commandLine.run('migrate')
  return commandLine
}

/** The parsed output of a command with `--json`. */
export async function jsonOf({ run }: CommandLine, ...argumentTexts: string[]) {
  const { code, out, err } = await run(...argumentTexts, '--json')
  if (out === '') throw new Error(`latchkey ${argumentTexts.join(' ')} ended with ${code} and printed nothing: ${err}`)
  return JSON.parse(out)
}

function sqlite(): TestDatabase {
  const found = databases.find(({ name }) => name === 'SQLite')
  if (found === undefined) throw new Error('the tests know no SQLite')
  return found
}

function collector(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      take(String(chunk))
      done()
    },
  })
}

/** Readline moves the cursor around a question. */
function withoutCursorMoves(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
  return text.replace(/\u001b\[\d*[A-Z]/g, '')
}
