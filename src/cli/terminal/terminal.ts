import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Refusal } from '../refusal.ts'

/** The streams of a process, or substitutes in a test. */
export type Streams = {
  input: NodeJS.ReadableStream & { isTTY?: boolean }
  output: NodeJS.WritableStream
  errors: NodeJS.WritableStream & { isTTY?: boolean }
}

/** The user of a command: a person or a script. Questions go to stderr, so that stdout contains only data. */
export type Terminal = {
  /** Whether there is a person to ask. */
  isInteractive: boolean
  /** Writes data. */
  write(text: string): void
  /** Prints a line that is not data. */
  tell(line: string): void
  /** In a terminal, overwrites the line that it wrote last; elsewhere, does nothing. */
  progress(line: string): void
  /** @throws Refusal if the person ends the input or presses Ctrl-C */
  ask(question: string): Promise<string>
  /** The same, without showing the answer. */
  askSecret(question: string): Promise<string>
  /** @returns true for `y` and `yes` */
  confirm(question: string): Promise<boolean>
  /**
   * The first line of a pipe, without its line break.
   *
   * @throws Refusal if there is none, or if it is not text or too long
   */
  readLine(): Promise<string>
}

/** Longer than any password. A longer line comes from a wrong file. */
const LINE_LIMIT_BYTES = 65_536

/** The terminal on the streams of a process. */
export function createTerminal({ input, output, errors }: Streams): Terminal {
  /**
   * Uses a new reader for each question, so that the terminal is in its usual mode between questions and Ctrl-C ends
   * the process.
   */
  function answer(question: string, isSecret: boolean): Promise<string> {
    const echo = new Writable({
      write(chunk, _encoding, done) {
        if (!isSecret) errors.write(chunk)
        done()
      },
    })
    // Create the reader first: it turns off the terminal's own echo.
    const reader = createInterface({ input, output: echo, terminal: true, historySize: 0 })
    return new Promise((resolve, reject) => {
      // Every end of the reader comes here. After an answer, this has no effect.
      reader.once('close', () => {
        if (isSecret) errors.write('\n')
        reject(new Refusal('Cancelled. Nothing was changed.'))
      })
      reader.once('SIGINT', () => reader.close())
      reader.once('line', (line) => {
        resolve(line)
        reader.close()
      })
      if (isSecret) errors.write(question)
      reader.setPrompt(isSecret ? '' : question)
      reader.prompt()
    })
  }

  return {
    isInteractive: input.isTTY === true && errors.isTTY === true,
    write: (text) => void output.write(text),
    tell: (line) => void errors.write(`${line}\n`),
    progress: (line) => errors.isTTY === true && void errors.write(`\r${line}\u001b[K`),
    ask: (question) => answer(question, false),
    askSecret: (question) => answer(question, true),
    confirm: async (question) => /^y(es)?$/i.test((await answer(`${question} [y/N] `, false)).trim()),
    readLine: () => readFirstLine(input),
  }
}

async function readFirstLine(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    const end = bytes.indexOf('\n')
    const part = end < 0 ? bytes : bytes.subarray(0, end)
    chunks.push(part)
    size += part.length
    if (size > LINE_LIMIT_BYTES) throw new Refusal('The line on standard input is too long.')
    if (end >= 0) break
  }
  const line = decoded(Buffer.concat(chunks)).replace(/\r$/, '')
  if (line === '') throw new Refusal('Standard input is empty.')
  return line
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refusal('The line on standard input is not UTF-8 text.')
  }
}
