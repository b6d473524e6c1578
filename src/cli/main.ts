import { processEnvironment } from '../config/config.ts'
import { systemClock } from '../platform/clock.ts'
import { systemRandom } from '../platform/random.ts'
import { createContext, type Surroundings } from './create-context.ts'
import { type ExitCode, runProgram } from './program.ts'

/**
 * Runs one command.
 *
 * @param argumentTexts the words after the name of the program
 * @returns the exit code of the process
 */
export function latchkey(argumentTexts: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  return runProgram(argumentTexts, createContext(surroundings))
}

/** Runs the command of this process, and sets its exit code. */
export async function runCommandLine(): Promise<void> {
  let isServing = false
  // The reader may stop early: `latchkey users list | head`. A server keeps running without a reader of its log.
  process.stdout.on('error', (error) => {
    if (!isServing) process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1)
  })
  process.exitCode = await latchkey(process.argv.slice(2), {
    environment: processEnvironment(),
    workingDirectory: process.cwd(),
    streams: { input: process.stdin, output: process.stdout, errors: process.stderr },
    clock: systemClock,
    random: systemRandom,
    onServe() {
      isServing = true
    },
  })
}

if (import.meta.main) await runCommandLine()
