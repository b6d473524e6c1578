import type { Command } from 'commander'
import type { Context } from './context.ts'
import { printableJson } from './printable.ts'

/** What a command has to say on stdout: to people, and with `--json` to machines. */
export type Answer = { text: string; json: unknown }

/** Lets a command take `--json`, and print what its action answers. The action is given arguments, then options. */
export function answering<Arguments extends unknown[]>(
  command: Command,
  { terminal }: Pick<Context, 'terminal'>,
  action: (...values: Arguments) => Promise<Answer>,
): void {
  command.option('--json', 'print JSON, for machines').action(async (...values: unknown[]) => {
    const answer = await action(...(values as Arguments))
    terminal.write(command.opts().json === true ? `${printableJson(answer.json)}\n` : answer.text)
  })
}
