import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { printableJson } from './printable.ts'

/** The output of a command: for people, and for programs with `--json`. */
export type Answer = { text: string; json: unknown }

/**
 * Adds `--json` to a command, and prints the result of its action. The action receives arguments first, then options.
 */
export function answering<Arguments extends unknown[]>(
  command: Command,
  { terminal }: Pick<Context, 'terminal'>,
  action: (...values: Arguments) => Promise<Answer>,
): void {
  command.option('--json', 'print JSON, for programs').action(async (...values: unknown[]) => {
    const answer = await action(...(values as Arguments))
    terminal.write(command.opts().json === true ? `${printableJson(answer.json)}\n` : answer.text)
  })
}
